/// Which broker a test runs on.
package enum BrokerKind: String, Sendable, CaseIterable {
    /// librdkafka's own cluster of three, in a process that takes orders. Keeps its records in memory.
    case embedded
    /// One broker that is not librdkafka, and keeps its records on disk.
    case noida
}
