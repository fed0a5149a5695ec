import Logging

/// Asks Redis until it answers.
struct Persistence: Sendable {
    let backoff: Backoff
    let signal: CancellationSignal
    let logger: Logger

    /// Nil where the task is cancelled or the record handed over first.
    ///
    /// `ask` may be carried out more than once, for the answer may be what was lost.
    func ask<Value: Sendable>(_ operation: String, _ ask: () async throws -> Value) async -> Value? {
        for attempt in 1... {
            // Asking on behalf of another's record would take the job from whoever has it.
            if signal.isLeft, attempt > 1 || operation == "start" { return nil }
            do {
                return try await ask()
            } catch {
                if Task.isCancelled { return nil }
                let delay = backoff.delay(after: attempt)
                logger.error(
                    "the store did not answer",
                    metadata: ["operation": "\(operation)", "error": "\(error)", "after": "\(delay)"]
                )
                do { try await Task.sleep(for: delay) } catch { return nil }
            }
        }
        return nil
    }
}
