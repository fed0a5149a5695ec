import FaultPoints
import Instrumentation
import KafkaClient
import Logging
import NIOPosix
import NovaContract
import NovaStore

/// Takes one command from its record to the end of one attempt: start, handle, and what the outcome asks for.
struct JobExecutor<Handler: CommandHandler>: Sendable {
    let configuration: WorkerConfiguration
    let handler: Handler
    let store: Store
    let graveyard: Graveyard
    let threads: NIOThreadPool
    let running: RunningJobs
    let logger: Logger

    /// Returns what is to become of the record.
    ///
    /// While Redis or Kafka does not answer it waits, so that the command is neither lost nor called failed for that.
    func execute(_ command: Command, _ slot: SlotLoan, _ cancellation: CancellationSignal) async -> Ending {
        var context = ServiceContext.topLevel
        let headers = ["traceparent": command.traceparent]
        InstrumentationSystem.instrument.extract(headers, into: &context, using: HeaderExtractor())
        return await ServiceContext.withValue(context) { await run(command, slot, cancellation) }
    }

    private func run(_ command: Command, _ slot: SlotLoan, _ cancellation: CancellationSignal) async -> Ending {
        let message = slot.entry.message
        var logger = logger
        logger[metadataKey: "job_id"] = "\(command.jobID)"
        logger[metadataKey: "request_id"] = "\(command.requestID)"
        running.add(command.jobID, owner: command.owner, cancellation)
        defer { running.remove(command.jobID, cancellation) }

        let persistence = Persistence(backoff: configuration.backoff, signal: cancellation, logger: logger)
        let run = UUIDv7.make()
        let verdict = await persistence.ask("start") {
            try await store.jobs.start(command, worker: configuration.workerID, run: run)
        }
        switch verdict {
        case nil:
            return .givenBack
        case .ended(let state):
            logger.debug("the job had ended", metadata: ["state": "\(state.rawValue)"])
            return .finished
        case .wait(let time):
            return .parked(until: .now + time)
        case .cancelled(let attempt):
            cancellation.raise(.requested)
            return await finish(command, message, attempt, .abandon, cancellation, persistence)
        case .condemned(let attempt, let error):
            return await finish(command, message, attempt, .reject(error), cancellation, persistence)
        case .run(let attempt):
            FaultPoint.workerStarted.reach()
            let outcome = await handle(command, attempt, slot, cancellation, logger)
            FaultPoint.workerHandled.reach()
            return await finish(command, message, attempt, outcome, cancellation, persistence)
        }
    }

    /// One attempt, unless it is one too many.
    private func handle(
        _ command: Command,
        _ attempt: JobAttempt,
        _ slot: SlotLoan,
        _ cancellation: CancellationSignal,
        _ logger: Logger
    ) async -> Outcome {
        let policy = RetryPolicy(configuration)
        if let error = policy.refusal(of: attempt, deadline: command.deadline, now: Timestamp.milliseconds()) {
            return .reject(error)
        }
        let run = AttemptRun(
            handler: handler,
            store: store,
            threads: threads,
            slot: slot,
            progressPerSecond: configuration.progressPerSecond,
            cancellation: cancellation,
            logger: logger
        )
        return await run.run(command, attempt, until: command.deadline)
    }

    private func finish(
        _ command: Command,
        _ message: KafkaMessage,
        _ attempt: JobAttempt,
        _ outcome: Outcome,
        _ cancellation: CancellationSignal,
        _ persistence: Persistence
    ) async -> Ending {
        let finish = AttemptFinish(
            configuration: configuration,
            store: store,
            graveyard: graveyard,
            command: command,
            message: message,
            attempt: attempt,
            signal: cancellation,
            persistence: persistence
        )
        return await finish.settle(Fate(outcome, cancellation.reason))
    }
}

/// Reads the trace that a command belongs to from its headers.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: [String: String]) -> String? { headers[key] }
}
