package import NovaContract
import RedisClient

/// What a handler makes of a command; the runtime does the rest.
package enum Outcome: Sendable, Equatable {
    /// The job is completed with this result.
    case done(JSONValue)
    /// The fault may pass: try again after the runtime's backoff, and not before `after` where an upstream said so
    /// (`Retry-After`); fail with `error` when attempts or time are used up, or would be by then. Meanwhile only commands on
    /// the same entity wait.
    case retry(after: Duration?, error: NovaError)
    /// Trying again would not help: the job fails with this error, and its command becomes a dead letter.
    case reject(NovaError)
    /// Told to stop, it has made the best of what there was: the job is completed with this result, or, where a client cancelled it,
    /// is cancelled and keeps it. Where another worker has it already, that one does it in full.
    case cutShort(JSONValue)
    /// The job is given back, uncounted, for another worker: this one is stopping, or lost the partition. The answer of a
    /// handler that was told to stop; from any other it is `retry`.
    case abandon
}

extension Outcome {
    /// What becomes of a command whose answer is `body`'s, or whose fault is what it throws.
    ///
    /// - Parameter state: what was to be read or written, for the error's text: `the flow's state`.
    package static func of(_ state: String, _ body: () async throws -> Outcome) async -> Outcome {
        do {
            return try await body()
        } catch let error as NovaError where error.code == .serviceUnavailable {
            return .retry(after: error.retryAfter.map { .seconds($0) }, error: error)
        } catch let error as NovaError {
            return .reject(error)
        } catch is CancellationError {
            return .abandon
        } catch {
            // What Redis may answer another time is tried again; a reply that makes no sense would not get better.
            let told = NovaError(.serviceUnavailable, "\(state) could not be read or written: \(error)")
            let mayPass = (error as? RedisError)?.isRetriable ?? false
            return mayPass ? .retry(after: nil, error: told) : .reject(NovaError(.serviceError, told.message))
        }
    }
}

extension Command {
    /// What was asked.
    ///
    /// - Throws: `VALIDATION_ERROR` where it is not JSON.
    package func body() throws(NovaError) -> JSONValue {
        do throws(JSONReadError) {
            return try JSONValue(parsing: payload)
        } catch {
            throw NovaError(.validationError, "the command's body is not JSON: \(error)")
        }
    }

    /// It was given to a worker of another pool.
    var misdirected: NovaError {
        NovaError(.serviceError, "a command of another pool came here: \(kind.name)")
    }
}

/// The work of one pool.
///
/// Below it is pure domain code, which knows neither Kafka nor Redis.
package protocol CommandHandler: Sendable {
    /// Handles one command. Commands on one entity arrive one after another, others at the same time.
    ///
    /// A command may be handled twice, also at the same time on two workers when one was thought dead: what `handle`
    /// writes must carry the job id and apply once. A handler that ignores cancellation holds its lane, and at a stop
    /// the process, until it returns or the grace period ends.
    func handle(_ command: Command, context: JobContext) async -> Outcome
}
