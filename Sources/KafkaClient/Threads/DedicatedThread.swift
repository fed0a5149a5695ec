import Glibc

/// A thread of our own, for calls that block and so have no place on the cooperative pool.
final class DedicatedThread: Sendable {
    private let id: pthread_t

    /// Starts the thread.
    ///
    /// It must be joined once.
    init(_ body: @escaping @Sendable () -> Void) throws(KafkaError) {
        let start = Unmanaged.passRetained(Start(body))
        var id = pthread_t()
        let status = pthread_create(
            &id,
            nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard status == 0 else {
            start.release()
            throw .system("a thread could not be started", errno: status)
        }
        self.id = id
    }

    /// Blocks until the body has returned.
    ///
    /// Not to be called from the thread itself, nor twice.
    func join() {
        pthread_join(id, nil)
    }

    /// Instead of joining: its resources are released when the body returns.
    func detach() {
        pthread_detach(id)
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}

/// Runs a blocking call on a thread of its own and returns its result.
///
/// Not cut short by cancellation.
func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(KafkaError) -> Value
) async throws(KafkaError) -> Value {
    let result = await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<Value, KafkaError>, Never>) in
        do throws(KafkaError) {
            try DedicatedThread {
                continuation.resume(returning: Result(catching: body))
            }.detach()
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }
    return try result.get()
}
