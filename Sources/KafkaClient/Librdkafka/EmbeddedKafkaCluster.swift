import CRdkafka

/// Kafka-protocol brokers inside this process, serving other processes too: librdkafka's mock cluster.
///
/// For `nova dev` and tests. Records lie in memory, bounded per partition (5 MB: the oldest are dropped), and end with
/// the process. Topics asked for come into being with four partitions. There is no CreateTopics request: `createTopic`
/// is it. A broker answers a fetch that finds nothing after `fetch.wait.max.ms` only, even if a record comes meanwhile:
/// consumers that are to be quick set it low. The first rebalance of a group takes three seconds, each later one the
/// members' `session.timeout.ms` less a second: 4000 is a good value for that, and below 3000 nobody ever gets in.
///
/// Each call is answered by the cluster's thread within a millisecond, for which it blocks.
package final class EmbeddedKafkaCluster: Sendable {
    private let handle: ClientHandle
    private let cluster: Cluster
    /// `host:port` of each broker, comma separated.
    package let bootstrapServers: String

    /// The pointer to the cluster.
    ///
    /// `@unchecked Sendable`: it never changes, the calls are handed to the cluster's own thread, and it is destroyed
    /// with its only owner.
    private struct Cluster: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// - Parameter brokers: from 1; their ids count from 1.
    package init(brokers: Int) throws {
        guard (1...64).contains(brokers) else { throw KafkaError.invalid("1 to 64 brokers, not \(brokers)") }
        // Of this client only the memory is needed. Nobody would read its logs.
        // With Nagle's algorithm a broker's second answer waits until the client acknowledged the first: up to 40 ms.
        let properties = ["log_level": "0", "socket.nagle.disable": "true"]
        handle = try ClientHandle(.producer, properties: properties, events: 0)
        guard let pointer = rd_kafka_mock_cluster_new(handle.pointer, Int32(brokers)) else {
            handle.destroy()
            throw KafkaError.invalid("the embedded cluster could not be started")
        }
        cluster = Cluster(pointer: pointer)
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(pointer))
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster.pointer)
        handle.destroy()
    }

    /// Serves until the body has returned.
    package static func run<Value>(
        brokers: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (EmbeddedKafkaCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try EmbeddedKafkaCluster(brokers: brokers)
        let value = try await body(cluster)
        withExtendedLifetime(cluster) {}
        return value
    }

    /// - Throws: if there is such a topic already, with the code `TOPIC_ALREADY_EXISTS`.
    package func createTopic(_ name: String, partitions: Int, replicationFactor: Int = 1) throws {
        guard (1...10_000).contains(partitions) else {
            throw KafkaError.invalid("1 to 10000 partitions, not \(partitions)")
        }
        try check(rd_kafka_mock_topic_create(cluster.pointer, name, Int32(partitions), Int32(replicationFactor)))
    }

    /// Breaks the broker's connections and takes no new ones.
    ///
    /// Leaders stay where they are.
    package func brokerDown(_ id: Int32) throws {
        try check(rd_kafka_mock_broker_set_down(cluster.pointer, id))
    }

    package func brokerUp(_ id: Int32) throws {
        try check(rd_kafka_mock_broker_set_up(cluster.pointer, id))
    }

    /// Moves the coordinator of a consumer group.
    package func setCoordinator(group: String, broker: Int32) throws {
        try check(rd_kafka_mock_coordinator_set(cluster.pointer, "group", group, broker))
    }

    package func setLeader(_ place: KafkaTopicPartition, broker: Int32) throws {
        try check(rd_kafka_mock_partition_set_leader(cluster.pointer, place.topic, place.partition, broker))
    }

    /// Has consumers fetch the partition from this broker, which holds all that the leader holds.
    package func setFollower(_ place: KafkaTopicPartition, broker: Int32) throws {
        try check(rd_kafka_mock_partition_set_follower(cluster.pointer, place.topic, place.partition, broker))
    }

    /// Fails the next `count` requests of a kind.
    ///
    /// - Parameters:
    ///   - apiKey: the request's number in the Kafka protocol: 0 produce, 1 fetch, 8 offset commit, …
    ///   - code: what the broker answers, or -195 to break the connection.
    package func pushRequestErrors(apiKey: Int16, code: Int32, count: Int) throws {
        guard (1...10_000).contains(count) else { throw KafkaError.invalid("1 to 10000 errors, not \(count)") }
        let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(rawValue: code), count: count)
        rd_kafka_mock_push_request_errors_array(cluster.pointer, apiKey, count, errors)
    }

    /// Delays each answer of a broker.
    package func setRoundTripTime(_ milliseconds: Int32, broker: Int32) throws {
        try check(rd_kafka_mock_broker_set_rtt(cluster.pointer, broker, milliseconds))
    }

    private func check(_ code: rd_kafka_resp_err_t) throws {
        if let error = KafkaError.of(code) { throw error }
    }
}
