/// A fault of librdkafka or of a broker.
///
/// Cancelling a task is not among them: it throws `CancellationError`.
package struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// librdkafka's code: above zero it is the broker's, below zero the client's own.
    package let code: Int32
    /// The code's name, such as `_QUEUE_FULL`.
    package let name: String
    package let message: String
    /// The client that reported it cannot work any more.
    package let isFatal: Bool
    /// Whether the same call may succeed later.
    package let isRetriable: Bool
    /// Of a record: whether a broker may have it, so that sending it again can store it twice.
    package let mayHaveBeenDelivered: Bool

    package var description: String {
        let doubt = mayHaveBeenDelivered ? "; the record may have been delivered" : ""
        return "\(name): \(message)\(isFatal ? " (fatal)" : "")\(doubt)"
    }
}
