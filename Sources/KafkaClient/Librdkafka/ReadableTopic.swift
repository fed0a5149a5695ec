import CRdkafka

/// A topic of a consumer client whose partitions are read one by one, without a group.
///
/// For the thread that has the client in hand; released before the client is destroyed.
///
/// `@unchecked Sendable`: the pointer never changes, and librdkafka's functions may be called from any thread.
final class ReadableTopic: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ name: String, of client: ClientHandle) throws(KafkaError) {
        guard let pointer = rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), "topic '\(name)' could not be opened")
        }
        self.pointer = pointer
    }

    /// Begins to fetch the partition; its records and its ends come to the queue.
    ///
    /// Not to be called twice for a partition.
    func start(_ partition: Int32, at offset: Int64, queue: ClientQueue) throws(KafkaError) {
        guard rd_kafka_consume_start_queue(pointer, partition, offset, queue.pointer) == 0 else {
            throw KafkaError(rd_kafka_last_error(), "partition \(partition) could not be read")
        }
    }

    /// Blocks until librdkafka no longer fetches the partition, which asks no broker.
    func stop(_ partition: Int32) {
        // It fails only where nothing was started.
        _ = rd_kafka_consume_stop(pointer, partition)
    }

    /// Not to be used after.
    func release() {
        rd_kafka_topic_destroy(pointer)
    }
}
