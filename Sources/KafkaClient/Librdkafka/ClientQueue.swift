import CRdkafka
import Synchronization

/// A queue of a client's events.
///
/// `@unchecked Sendable`: the pointer never changes and librdkafka locks the queue itself. The owner of the client releases it,
/// after `ClientHandle.shut()`, and polls it no more; `yield()` may come from any thread, also after that, for whoever asks
/// for the end of a client does not know whether it has come already.
final class ClientQueue: @unchecked Sendable {
    let pointer: OpaquePointer
    private let isReleased = Mutex(false)

    private init(_ pointer: OpaquePointer?) throws(KafkaError) {
        guard let pointer else { throw .invalid("the client has no such queue") }
        self.pointer = pointer
    }

    /// Reports, errors, statistics and logs of a producer, and the logs of any client.
    static func main(of client: ClientHandle) throws(KafkaError) -> ClientQueue {
        let queue = try ClientQueue(rd_kafka_queue_get_main(client.pointer))
        rd_kafka_set_log_queue(client.pointer, nil)
        return queue
    }

    /// Rebalances, errors, statistics and logs of a consumer, and messages of partitions that are not redirected.
    static func consumer(of client: ClientHandle) throws(KafkaError) -> ClientQueue {
        rd_kafka_poll_set_consumer(client.pointer)
        rd_kafka_set_log_queue(client.pointer, nil)
        return try ClientQueue(rd_kafka_queue_get_consumer(client.pointer))
    }

    static func new(of client: ClientHandle) throws(KafkaError) -> ClientQueue {
        try ClientQueue(rd_kafka_queue_new(client.pointer))
    }

    /// Blocks up to the time for the next event.
    ///
    /// One thread polls a queue.
    func poll(milliseconds: Int32) -> ClientEvent? {
        guard let event = rd_kafka_queue_poll(pointer, milliseconds) else { return nil }
        defer { rd_kafka_event_destroy(event) }
        return ClientEvent(reading: event)
    }

    /// Makes a poll that blocks return; nothing where the queue is released.
    func yield() {
        isReleased.withLock { isReleased in
            if !isReleased { rd_kafka_queue_yield(pointer) }
        }
    }

    /// Signals whenever the queue is no longer empty.
    func signal(_ wakeUp: WakeUp) {
        var byte: UInt8 = 1
        rd_kafka_queue_io_event_enable(pointer, wakeUp.descriptor, &byte, 1)
    }

    /// Ends the signals, for a client that outlives the pipe they are written to.
    func signalNobody() {
        rd_kafka_queue_io_event_enable(pointer, -1, nil, 0)
    }

    /// Not to be used after, but for `yield()`.
    func release() {
        isReleased.withLock { isReleased in
            isReleased = true
            rd_kafka_queue_destroy(pointer)
        }
    }
}
