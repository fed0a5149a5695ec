import CRdkafka
import Glibc
import Synchronization

/// One librdkafka client.
///
/// Callers from anywhere go through `use`, which lets nobody in once `shut()` was called; `shut()` returns when all
/// are out. The thread that called it is then the only user and destroys the client.
///
/// `@unchecked Sendable`: the pointer never changes, librdkafka's functions may be called from any thread, and the
/// gate keeps callers away from a pointer that is being destroyed.
final class ClientHandle: @unchecked Sendable {
    enum Kind {
        case producer
        case consumer
    }

    /// For the thread that owns the client; all others go through `use`.
    let pointer: OpaquePointer
    /// Users inside; below zero once shut.
    private let users = Atomic<Int>(0)

    /// - Throws: naming the property that is unknown or does not fit the others.
    init(_ kind: Kind, properties: [String: String], events: Int32) throws(KafkaError) {
        let configuration = try ClientProperties.make(properties, events: events)
        var text = [CChar](repeating: 0, count: 512)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let pointer = rd_kafka_new(type, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw .invalid(text.string)
        }
        self.pointer = pointer
    }

    func use<Value>(_ body: (OpaquePointer) throws(KafkaError) -> Value) throws(KafkaError) -> Value {
        guard users.add(1, ordering: .acquiring).oldValue >= 0 else {
            users.subtract(1, ordering: .relaxed)
            throw .closed("the Kafka client is closed")
        }
        defer { users.subtract(1, ordering: .releasing) }
        return try body(pointer)
    }

    var isShut: Bool { users.load(ordering: .relaxed) < 0 }

    /// Lets nobody in any more and blocks until those inside are out, which takes them some milliseconds at most
    /// (a blocking request: its timeout).
    func shut() {
        users.bitwiseOr(Int.min, ordering: .relaxed)
        while users.load(ordering: .acquiring) != Int.min { usleep(50) }
    }

    /// Ends librdkafka's threads and frees the client.
    ///
    /// Blocks. After `shut()`, and after its queues are released.
    func destroy() {
        // A consumer has left the group before, or is not going to.
        rd_kafka_destroy_flags(pointer, Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE))
    }
}
