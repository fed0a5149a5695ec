import AsyncPrimitives
import Logging

/// Asks Redis until it answers.
struct Persistence: Sendable {
    let backoff: ExponentialBackoff
    let signal: CancellationSignal
    let logger: Logger

    /// Nil where the task is cancelled or the record handed over first.
    ///
    /// `ask` may be carried out more than once, for the answer may be what was lost.
    func ask<Value: Sendable>(_ operation: String, _ ask: () async throws -> Value) async -> Value? {
        var mayBeAnothers = operation == "start"
        do {
            return try await retrying(backoff) {
                // Asking on behalf of another's record would take the job from whoever has it.
                if mayBeAnothers, signal.isLeft { throw CancellationError() }
                mayBeAnothers = true
                return try await ask()
            } onFailure: { failed in
                logger.error(
                    "the store did not answer",
                    metadata: [
                        "operation": "\(operation)", "error": "\(failed.error)", "after": "\(failed.delay)",
                    ]
                )
                return failed.delay
            }
        } catch {
            // Cancelled or handed over: any other error was followed by another attempt.
            return nil
        }
    }
}
