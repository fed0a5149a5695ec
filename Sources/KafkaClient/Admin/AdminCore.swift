import AsyncPrimitives
import Logging
import Synchronization

/// An admin client, the thread that passes its log on, and the bound of its calls.
///
/// The thread holds on to the core until it is closed, and frees the client at its end.
final class AdminCore: Sendable {
    private static let maximumCalls = 16

    let closed = AsyncEvent()
    private let handle: ClientHandle
    private let queue: ClientQueue
    private let timeout: Int32
    private let logger: Logger
    private let calls = Atomic<Int>(0)
    private let isClosing = AsyncEvent()

    init(configuration: KafkaAdminConfiguration, logger: Logger) throws(KafkaError) {
        self.logger = logger
        timeout = min(configuration.requestTimeout.milliseconds, 3_600_000)
        handle = try ClientHandle(.producer, properties: configuration.resolved, events: ClientEvent.adminEvents)
        do throws(KafkaError) {
            queue = try ClientQueue.main(of: handle)
        } catch {
            handle.destroy()
            throw error
        }
        do throws(KafkaError) {
            try DedicatedThread { self.run() }.detach()
        } catch {
            free()
            throw error
        }
    }

    func call<Value: Sendable>(
        _ body: @escaping @Sendable (ClientHandle, Int32) throws(KafkaError) -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        defer { calls.subtract(1, ordering: .relaxed) }
        guard calls.add(1, ordering: .relaxed).newValue <= Self.maximumCalls else {
            throw KafkaError.busy("too many administrative Kafka calls at a time")
        }
        let (handle, timeout) = (handle, timeout)
        return try await onThread { () throws(KafkaError) in try body(handle, timeout) }
    }

    func beginClosing() {
        // The loop may have seen the end before it is woken, and have freed the queue.
        if isClosing.set() { wake() }
    }

    func wake() { queue.yield() }

    private func run() {
        while !isClosing.isSet {
            switch queue.poll(milliseconds: 500) {
            case .log(let line): ClientLog(logger: logger).write(line)
            case .error(let error): logger.warning("Kafka admin client", metadata: ["error": "\(error)"])
            default: break
            }
        }
        free()
    }

    private func free() {
        handle.shut()
        queue.release()
        handle.destroy()
        closed.set()
    }
}
