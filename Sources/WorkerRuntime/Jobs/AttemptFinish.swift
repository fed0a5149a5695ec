import FaultPoints
import KafkaClient
import Logging
import Metrics
import NovaContract
import NovaStore

/// Makes an attempt's disposition true: in Kafka, in Redis, in the metrics and the log.
struct AttemptFinish {
    let configuration: WorkerConfiguration
    let store: Store
    let deadLetterPublisher: DeadLetterPublisher
    let command: Command
    let message: KafkaMessage
    let attempt: JobAttempt
    let signal: CancellationSignal
    let persistence: Persistence

    func settle(_ disposition: Disposition) async -> RecordDisposition {
        switch disposition {
        case .complete(let result): await complete(result)
        case .cancel(let result):
            await end(.cancelled, result: result, error: NovaError(.conflict, "cancelled while it ran"))
        case .fail(let error): await fail(error)
        case .retry(let after, let error): await retry(after, error)
        case .handBack: await handBack()
        }
    }

    // MARK: - Again

    private func retry(_ after: Duration?, _ error: NovaError) async -> RecordDisposition {
        let now = Timestamp.milliseconds()
        let policy = RetryPolicy(configuration)
        guard let delay = policy.delay(after: attempt, atLeast: after, deadline: command.deadline, now: now) else {
            return await fail(error)
        }
        let due = now + delay.wholeMilliseconds
        let until = ContinuousClock.now + delay
        let verdict = await persistence.ask("retry") {
            try await store.jobs.retry(command, attempt, due: due, error: error)
        }
        switch verdict {
        case nil: return .givenBack
        case .cancelled: return await settle(.cancel(nil))
        case .stale: return Self.anotherLook
        case .waiting, .lost, .told, .condemned: break
        }
        let dimensions = [("pool", configuration.pool.name), ("code", error.code.rawValue)]
        Counter(label: "nova_job_retries_total", dimensions: dimensions).increment()
        persistence.logger.warning(
            "will try again",
            metadata: ["error": "\(error)", "attempt": "\(attempt.number)", "after": "\(delay)"]
        )
        return .parked(until: until)
    }

    /// Whoever has the record next begins at once, also where this cannot be told; what made way begins here again.
    private func handBack() async -> RecordDisposition {
        if signal.reason == .madeWay { return await makeWay() }
        do {
            _ = try await store.jobs.handBack(command, attempt)
        } catch {
            persistence.logger.warning("a job was handed back and counted", metadata: ["error": "\(error)"])
        }
        return .givenBack
    }

    private func makeWay() async -> RecordDisposition {
        let isHandedBack = await persistence.ask("hand back") { try await store.jobs.handBack(command, attempt) }
        guard isHandedBack != nil else { return .givenBack }
        Counter(label: "nova_attempts_made_way_total", dimensions: [("pool", configuration.pool.name)]).increment()
        persistence.logger.notice("made way for a command that is tried alone, and begins again, uncounted")
        return .parked(until: .now)
    }

    // MARK: - Ends

    /// A replay's change is remembered as long as its letter: it may be replayed once more.
    private func complete(_ result: JSONValue) async -> RecordDisposition {
        if !command.replay.isEmpty {
            let kept: Void? = await persistence.ask("keep the marker") { try await store.jobs.keepApplied(command) }
            guard kept != nil else { return .givenBack }
        }
        return await end(.completed, result: result)
    }

    /// The letter before the end: a job that has failed is not looked at again.
    private func fail(_ error: NovaError) async -> RecordDisposition {
        let logger = persistence.logger
        let verdict = await persistence.ask("condemn") { try await store.jobs.condemn(command, attempt, error) }
        guard let verdict else { return await handBack() }
        if verdict == .stale { return Self.anotherLook }
        guard await deadLetterPublisher.bury(message, error, attempts: attempt.number, signal, logger) else {
            return await handBack()
        }
        FaultPoint.workerDeadLettered.reach()
        guard await persistence.ask("keep the marker", { try await store.jobs.keepApplied(command) }) != nil else {
            return .givenBack
        }
        return await end(.failed, error: error)
    }

    private func end(_ state: JobState, result: JSONValue? = nil, error: NovaError? = nil) async -> RecordDisposition {
        let now = Timestamp.milliseconds()
        let handling = Duration.milliseconds(max(0, now - attempt.firstAt))
        let queued = Duration.milliseconds(max(0, attempt.firstAt - command.createdAt))
        let completion = Completion(state: state, result: result, error: error, handling: handling, queued: queued)
        let verdict = await persistence.ask("complete") {
            try await store.jobs.complete(command, run: attempt.run, completion)
        }
        guard let verdict else { return .givenBack }
        FaultPoint.workerCompleted.reach()
        record(state, verdict, completion)
        return verdict == .stale ? Self.anotherLook : .finished
    }

    /// Asks again whether the job has ended, for another run has taken it.
    ///
    /// That may be a worker's that has just given it back, and only a record whose job has ended may be committed. Where
    /// the record is that worker's by now, nothing is parked.
    private static var anotherLook: RecordDisposition { .parked(until: .now + .seconds(1)) }

    private func record(_ state: JobState, _ verdict: CompletionVerdict, _ completion: Completion) {
        var metadata: Logger.Metadata = ["state": "\(state.rawValue)", "handling": "\(completion.handling)"]
        if let error = completion.error { metadata["error"] = "\(error)" }
        guard verdict == .applied else {
            metadata["verdict"] = "\(verdict)"
            persistence.logger.info("a job was ended by another", metadata: metadata)
            return
        }
        let dimensions = [("pool", configuration.pool.name), ("type", command.kind.name)]
        Counter(label: "nova_jobs_total", dimensions: dimensions + [("state", state.rawValue)]).increment()
        Metrics.Timer(label: "nova_job_handling_seconds", dimensions: dimensions).record(duration: completion.handling)
        Metrics.Timer(label: "nova_job_queue_seconds", dimensions: dimensions).record(duration: completion.queued)
        persistence.logger.info("job ended", metadata: metadata)
    }
}
