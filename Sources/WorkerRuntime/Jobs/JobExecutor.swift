import Instrumentation
import Logging
import Metrics
import NIOPosix
import NovaContract
import NovaStore

/// Takes one command from its record to its end: start, handle, retry, complete.
struct JobExecutor<Handler: CommandHandler>: Sendable {
    let configuration: WorkerConfiguration
    let handler: Handler
    let store: Store
    let threads: NIOThreadPool
    let running: RunningJobs
    let logger: Logger

    /// Returns whether the record is finished; false: it was given back and must not be committed.
    ///
    /// While Redis does not answer it waits, so that the command is neither lost nor called failed for that.
    func execute(_ command: Command, cancellation: CancellationSignal) async -> Bool {
        var context = ServiceContext.topLevel
        let headers = ["traceparent": command.traceparent]
        InstrumentationSystem.instrument.extract(headers, into: &context, using: HeaderExtractor())
        return await ServiceContext.withValue(context) { await run(command, cancellation: cancellation) }
    }

    private func run(_ command: Command, cancellation: CancellationSignal) async -> Bool {
        var logger = logger
        logger[metadataKey: "job_id"] = "\(command.jobID)"
        logger[metadataKey: "request_id"] = "\(command.requestID)"
        running.add(command.jobID, cancellation)
        defer { running.remove(command.jobID, cancellation) }

        let begin = ContinuousClock.now
        let queued = Duration.milliseconds(max(0, Timestamp.milliseconds() - command.createdAt))
        for retry in 1... {
            guard let verdict = await start(command, cancellation, logger) else { return false }
            let outcome: Outcome
            switch verdict {
            case .ended(let state):
                logger.debug("the job had ended", metadata: ["state": "\(state.rawValue)"])
                return true
            case .cancelled:
                cancellation.raise(.requested)
                outcome = .abandon
            case .run(let attempt):
                outcome = await attemptOnce(command, attempt: attempt, cancellation, logger)
            }
            let handling = begin.duration(to: .now)
            if case .retry(let after, let error) = outcome, !cancellation.isRaised {
                if retry < configuration.maximumAttempts {
                    let delay = after ?? configuration.backoff.delay(after: retry)
                    logger.warning("will try again", metadata: ["error": "\(error)", "after": "\(delay)"])
                    await sleep(delay, cancellation)
                    continue
                }
                return await end(command, .reject(error), cancellation, handling, queued, logger)
            }
            return await end(command, outcome, cancellation, handling, queued, logger)
        }
        return false
    }

    // MARK: - Steps

    private func start(_ command: Command, _ cancellation: CancellationSignal, _ logger: Logger) async -> StartVerdict?
    {
        await untilAnswered("start", cancellation, logger) {
            try await store.jobs.start(command, worker: configuration.workerID)
        }
    }

    /// Runs the handler; beside it, tells of progress, and cancels it when the signal is raised.
    private func attemptOnce(
        _ command: Command,
        attempt: Int,
        _ cancellation: CancellationSignal,
        _ logger: Logger
    ) async -> Outcome {
        let box = ProgressBox()
        let context = JobContext(
            attempt: attempt,
            logger: logger,
            cancellation: cancellation,
            progressBox: box,
            threads: threads
        )
        return await withTaskGroup(of: Part.self) { group in
            group.addTask { .outcome(await handler.handle(command, context: context)) }
            group.addTask {
                await tell(command, box, logger)
                return .toldAll
            }
            group.addTask { await cancellation.wait() == nil ? .toldAll : .cancelled }
            for await part in group {
                switch part {
                case .outcome(let outcome):
                    group.cancelAll()
                    return outcome
                case .cancelled:
                    group.cancelAll()
                case .toldAll:
                    continue
                }
            }
            return .abandon
        }
    }

    /// What the tasks of one attempt end with.
    private enum Part: Sendable {
        case outcome(Outcome)
        case cancelled
        case toldAll
    }

    private func tell(_ command: Command, _ box: ProgressBox, _ logger: Logger) async {
        let pause = Duration.seconds(1) / max(1, configuration.progressPerSecond)
        for await _ in box.changes {
            guard let progress = box.take() else { continue }
            do {
                _ = try await store.jobs.progress(
                    command,
                    fraction: progress.fraction,
                    message: progress.message,
                    details: progress.details
                )
                try await Task.sleep(for: pause)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("progress was not told", metadata: ["error": "\(error)"])
            }
        }
    }

    private func end(
        _ command: Command,
        _ outcome: Outcome,
        _ cancellation: CancellationSignal,
        _ handling: Duration,
        _ queued: Duration,
        _ logger: Logger
    ) async -> Bool {
        let state: JobState
        var result: JSONValue?
        var error: NovaError?
        switch (outcome, cancellation.reason) {
        case (.done(let value), nil), (.done(let value), .requested):
            (state, result) = (.completed, value)
        case (.reject(let reason), nil), (.reject(let reason), .requested), (.retry(_, let reason), nil):
            (state, error) = (.failed, reason)
        case (.abandon, .requested), (.retry, .requested):
            (state, error) = (.cancelled, NovaError(.conflict, "cancelled while it ran"))
        case (.done(let value), .handedOver):
            // It was finished before the handing over was heard: keep the work.
            (state, result) = (.completed, value)
        case (.abandon, _), (.reject, .handedOver), (.retry, .handedOver):
            return false
        }
        let completion = Completion(state: state, result: result, error: error, handling: handling, queued: queued)
        let applied = await untilAnswered("complete", nil, logger) {
            try await store.jobs.complete(command, completion)
        }
        guard let applied else { return false }
        record(command, state, handling: handling, queued: queued)
        var metadata: Logger.Metadata = ["state": "\(state.rawValue)", "handling": "\(handling)"]
        if let error { metadata["error"] = "\(error)" }
        if !applied { metadata["applied"] = "false: it had ended before" }
        logger.info("job ended", metadata: metadata)
        return true
    }

    private func record(_ command: Command, _ state: JobState, handling: Duration, queued: Duration) {
        let dimensions = [("pool", configuration.pool.rawValue), ("type", command.kind.rawValue)]
        Counter(label: "nova_jobs_total", dimensions: dimensions + [("state", state.rawValue)]).increment()
        Metrics.Timer(label: "nova_job_handling_seconds", dimensions: dimensions).record(duration: handling)
        Metrics.Timer(label: "nova_job_queue_seconds", dimensions: dimensions).record(duration: queued)
    }

    // MARK: - Waiting

    /// Asks Redis until it answers.
    ///
    /// Nil where the task or, if one is given, the signal ends the waiting.
    private func untilAnswered<Value: Sendable>(
        _ operation: String,
        _ cancellation: CancellationSignal?,
        _ logger: Logger,
        _ ask: () async throws -> Value
    ) async -> Value? {
        for attempt in 1... {
            do {
                return try await ask()
            } catch {
                if Task.isCancelled || cancellation?.reason == .handedOver { return nil }
                let delay = configuration.backoff.delay(after: attempt)
                logger.error(
                    "the store did not answer",
                    metadata: ["operation": "\(operation)", "error": "\(error)", "after": "\(delay)"]
                )
                do { try await Task.sleep(for: delay) } catch { return nil }
            }
        }
        return nil
    }

    /// Returns after `delay`, or when the signal is raised.
    private func sleep(_ delay: Duration, _ cancellation: CancellationSignal) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await cancellation.wait() }
            group.addTask {
                // Cut short by cancellation, which is what the caller looks at next.
                do { try await Task.sleep(for: delay) } catch {}
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Reads the trace that a command belongs to from its headers.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: [String: String]) -> String? { headers[key] }
}
