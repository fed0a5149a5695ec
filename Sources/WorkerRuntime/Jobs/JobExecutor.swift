import AsyncPrimitives
import FaultPoints
import Instrumentation
import KafkaClient
import Logging
import Metrics
import NIOPosix
import NovaContract
import NovaStore

/// Takes one command from its record to the end of one attempt: start, handle, and what the outcome asks for.
///
/// A command whose last attempt was left unended is a suspect: its worker may have died of it. It runs with no other
/// attempt in this process; docs/guarantees.md, "A command that ends its worker".
struct JobExecutor<Handler: CommandHandler>: Sendable {
    let configuration: WorkerConfiguration
    let handler: Handler
    let store: Store
    let deadLetterPublisher: DeadLetterPublisher
    let threads: NIOThreadPool
    let running: RunningJobs
    let turns: Turns
    let logger: Logger

    /// Returns what is to become of the record.
    ///
    /// While Redis or Kafka does not answer it waits, so that the command is neither lost nor called failed for that.
    func execute(_ command: Command, _ slot: SlotPermit, _ cancellation: CancellationSignal) async -> RecordDisposition
    {
        var context = ServiceContext.topLevel
        let headers = ["traceparent": command.traceparent]
        InstrumentationSystem.instrument.extract(headers, into: &context, using: HeaderExtractor())
        return await ServiceContext.withValue(context) { await run(command, slot, cancellation) }
    }

    private func run(_ command: Command, _ slot: SlotPermit, _ cancellation: CancellationSignal) async
        -> RecordDisposition
    {
        var logger = logger
        logger[metadataKey: "job_id"] = "\(command.jobID)"
        logger[metadataKey: "request_id"] = "\(command.requestID)"
        running.add(command.jobID, owner: command.owner, cancellation)
        defer { running.remove(command.jobID, cancellation) }

        let persistence = Persistence(backoff: configuration.outageBackoff, signal: cancellation, logger: logger)
        let work = Work(command: command, slot: slot, cancellation: cancellation, persistence: persistence)
        let turn = await turns.take(.beside, cancellation) {
            // What was asked for before this worker knew of the command was heard by nobody.
            let requested = await persistence.ask("look for a cancellation") {
                try await store.jobs.cancelRequested([(command.jobID, command.owner)])
            }
            if requested?.isEmpty == false { cancellation.raise(.requested) }
        }
        guard let number = turn else { return await leave(work) }
        let verdict = await start(work, .beside)
        guard case .suspect(let left, let worker) = verdict else {
            defer { turns.leave(number) }
            return await carryOut(work, verdict, number)
        }
        turns.leave(number)
        return await tryAlone(work, left, worker)
    }

    /// Waits for the suspect's turn without a slot, so that others run meanwhile.
    private func tryAlone(_ work: Work, _ left: Int, _ worker: String) async -> RecordDisposition {
        Counter(label: "nova_suspects_total", dimensions: [("pool", configuration.pool.name)]).increment()
        work.logger.warning(
            "an attempt was left unended, the command is tried alone",
            metadata: ["worker_before": "\(worker)", "left_unended": "\(left)"]
        )
        work.slot.lend()
        let number = await turns.take(.alone, work.cancellation)
        work.slot.reclaim()
        guard let number else { return await leave(work) }
        defer { turns.leave(number) }
        return await carryOut(work, await start(work, .alone), number)
    }

    /// It was told to stop while it waited for its turn.
    private func leave(_ work: Work) async -> RecordDisposition {
        guard work.cancellation.reason == .requested else { return work.notBegun }
        // It ends without a turn, for nothing of it runs.
        return await carryOut(work, await start(work, .beside), 0)
    }

    private func start(_ work: Work, _ kind: TurnOrder.Kind) async -> StartVerdict? {
        await work.persistence.ask("start") {
            try await store.jobs.start(
                work.command,
                worker: configuration.workerID,
                run: work.run,
                isAlone: kind == .alone,
                mostAttempts: configuration.maximumAttempts
            )
        }
    }

    /// - Parameter number: of the turn, which has come.
    private func carryOut(_ work: Work, _ verdict: StartVerdict?, _ number: UInt64) async -> RecordDisposition {
        switch verdict {
        case nil:
            return .givenBack
        case .ended(let state):
            work.logger.debug("the job had ended", metadata: ["state": "\(state.rawValue)"])
            return .finished
        case .wait(let time):
            return .parked(until: .now + time)
        case .suspect:
            // Only said to who is not alone; another look tells.
            return .parked(until: .now)
        case .cancelled(let attempt):
            work.cancellation.raise(.requested)
            return await finish(work, attempt, .abandon)
        case .condemned(let attempt, let error):
            return await finish(work, attempt, .reject(error))
        case .run(let attempt):
            FaultPoint.workerStarted.reach()
            let outcome = await handle(work, attempt, number)
            FaultPoint.workerHandled.reach()
            return await finish(work, attempt, outcome)
        }
    }

    /// One attempt, unless it is one too many.
    private func handle(_ work: Work, _ attempt: JobAttempt, _ number: UInt64) async -> Outcome {
        let (command, policy) = (work.command, RetryPolicy(configuration))
        if let error = policy.refusal(of: attempt, deadline: command.deadline, now: Timestamp.milliseconds()) {
            return .reject(error)
        }
        Poison.take(command.entityID)
        let time = attempt.isAlone ? SuspectPolicy.timeAlone(configuration.suspectTime, left: attempt.left) : nil
        if time != nil { work.logger.info("tried alone", metadata: ["attempt": "\(attempt.number)"]) }
        let turn = Turn(turns, number: number, timeAlone: time, signal: work.cancellation) { isAlone in
            await work.persistence.ask("mark as alone") {
                try await store.jobs.mark(command, run: attempt.run, isAlone: isAlone)
            } != nil
        }
        let run = AttemptRun(
            handler: handler,
            store: store,
            threads: threads,
            slot: work.slot,
            turn: turn,
            progressPerSecond: configuration.progressPerSecond,
            cancellation: work.cancellation,
            logger: work.logger
        )
        return await run.run(command, attempt, until: command.deadline)
    }

    private func finish(_ work: Work, _ attempt: JobAttempt, _ outcome: Outcome) async -> RecordDisposition {
        let finish = AttemptFinish(
            configuration: configuration,
            store: store,
            deadLetterPublisher: deadLetterPublisher,
            command: work.command,
            message: work.slot.entry.message,
            attempt: attempt,
            signal: work.cancellation,
            persistence: work.persistence
        )
        return await finish.settle(Disposition(outcome, work.cancellation.reason))
    }

    /// What goes along from the record to its end.
    private struct Work: Sendable {
        let command: Command
        let slot: SlotPermit
        let cancellation: CancellationSignal
        let persistence: Persistence
        let run = UUIDv7.make()

        var logger: Logger { persistence.logger }

        /// It was told to stop before its turn came: a later look tells what is to become of it.
        var notBegun: RecordDisposition { cancellation.reason == .handedOver ? .givenBack : .parked(until: .now) }
    }
}

/// Reads the trace that a command belongs to from its headers.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: [String: String]) -> String? { headers[key] }
}
