import AsyncPrimitives
import FaultPoints
package import KafkaClient
package import Logging
import Metrics
import NIOPosix
import NovaContract
package import NovaStore
import ServiceLifecycle

/// A worker of one pool: reads commands, runs them in lanes, commits what is finished.
///
/// Returns from `run()` after a graceful shutdown: nothing begins any more, what runs may finish within the grace
/// period, the rest is handed back, uncounted and uncommitted, for another worker; then offsets are committed and the
/// group is left.
package struct Worker<Handler: CommandHandler>: Service {
    private let configuration: WorkerConfiguration
    private let consumer: KafkaConsumer
    private let catalog: CommandCatalog
    private let executor: JobExecutor<Handler>
    private let deadLetterPublisher: DeadLetterPublisher
    private let lanes: Lanes
    private let retryTimer = RetryTimer()
    private let turns: Turns
    private let heartbeat: Heartbeat
    private let cancellations: Cancellations
    private let threads: NIOThreadPool
    private let onAssigned: @Sendable (Int) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - deadLetterPublisher: where commands go that cannot be carried out.
    ///   - onAssigned: hears the number of this worker's partitions whenever it changes.
    package init(
        configuration: WorkerConfiguration,
        handler: Handler,
        consumer: KafkaConsumer,
        deadLetterPublisher: DeadLetterPublisher,
        store: Store,
        logger: Logger,
        onAssigned: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.consumer = consumer
        self.deadLetterPublisher = deadLetterPublisher
        self.logger = logger
        self.onAssigned = onAssigned
        lanes = Lanes(
            limit: configuration.concurrency,
            backlog: configuration.backlogPerPartition,
            backlogBytes: configuration.backlogBytesPerPartition
        )
        turns = Turns(patience: configuration.suspectTime)
        threads = NIOThreadPool(numberOfThreads: configuration.computeThreads)
        heartbeat = Heartbeat(configuration: configuration, store: store, logger: logger)
        catalog = store.catalog
        let running = RunningJobs()
        cancellations = Cancellations(
            configuration: configuration,
            store: store,
            running: running,
            retryTimer: retryTimer,
            logger: logger
        )
        executor = JobExecutor(
            configuration: configuration,
            handler: handler,
            store: store,
            deadLetterPublisher: deadLetterPublisher,
            threads: threads,
            running: running,
            turns: turns,
            logger: logger
        )
    }

    package func run() async throws {
        threads.start()
        do {
            try await work()
        } catch {
            await stopThreads()
            throw error
        }
        await stopThreads()
    }

    private func stopThreads() async {
        do {
            try await threads.shutdownGracefully()
        } catch {
            logger.error("the compute threads did not stop", metadata: ["error": "\(error)"])
        }
    }

    private func work() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await commitOffsets() }
            group.addTask { await controlFlow() }
            group.addTask { await retryTimer.run(lanes) }
            group.addTask { await turns.run() }
            group.addTask { await cancellations.hear() }
            group.addTask { await heartbeat.give() }
            do {
                try await readAndRun()
            } catch {
                logger.critical("the worker cannot go on", metadata: ["error": "\(error)"])
                group.cancelAll()
                await consumer.close()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        await commit(lanes.committable())
        await consumer.close()
        await heartbeat.end()
        logger.info("stopped")
    }

    // MARK: - Reading

    /// Reads until shutdown, then waits for what runs.
    private func readAndRun() async throws {
        try await withThrowingDiscardingTaskGroup { slots in
            slots.addTask {
                defer { lanes.close() }
                // Reading ends with the graceful shutdown; the slots do not.
                try await read()
                lanes.stop()
                await finishWithinGrace()
            }
            for await (entry, signal) in lanes.begins {
                slots.addTask { await runSlot(entry, signal) }
            }
        }
    }

    private func read() async throws {
        var assigned: Set<KafkaTopicPartition> = []
        for try await event in consumer.events.cancelOnGracefulShutdown() {
            switch event {
            case .message(let message):
                lanes.enqueue(message, lane: Command.lane(of: message))
            case .assigned(let partitions):
                lanes.assign(partitions)
                assigned.formUnion(partitions)
                logger.info("partitions assigned", metadata: ["partitions": "\(partitions.numbers)"])
                onAssigned(assigned.count)
            case .revoked(let revocation):
                await giveUp(revocation)
                assigned.subtract(revocation.partitions)
                onAssigned(assigned.count)
            case .lost(let partitions):
                _ = lanes.remove(partitions)
                assigned.subtract(partitions)
                logger.warning("partitions lost", metadata: ["partitions": "\(partitions.numbers)"])
                onAssigned(assigned.count)
            case .statistics:
                continue
            case .error(let error):
                logger.warning("Kafka reported an error", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Hands partitions over: what runs of them is told to stop, what is finished is committed.
    private func giveUp(_ revocation: KafkaRevocation) async {
        let offsets = lanes.remove(revocation.partitions)
        logger.info("partitions revoked", metadata: ["partitions": "\(revocation.partitions.numbers)"])
        await commit(offsets)
        // So that the next owner does not begin beside them, and what is handed back is not counted.
        await lanes.waitUntilLeft(revocation.partitions, atMost: .seconds(2))
        consumer.finish(revocation)
    }

    /// One slot runs records until there is none for it.
    private func runSlot(_ first: Lanes.Entry, _ signal: CancellationSignal) async {
        var current: Lanes.Begin? = (first, signal)
        while let (entry, signal) = current {
            let disposition = await run(entry, signal)
            current = lanes.finish(entry, signal, disposition)
        }
    }

    private func run(_ entry: Lanes.Entry, _ signal: CancellationSignal) async -> RecordDisposition {
        if Breakage.dropCommands.strikes { return .finished }
        do {
            let command = try Command(message: entry.message, catalog: catalog)
            let disposition = await executor.execute(command, SlotPermit(entry: entry, lanes: lanes), signal)
            if case .parked(let due) = disposition {
                retryTimer.park(entry, command, until: signal.isRaised ? .now : due)
            }
            return disposition
        } catch {
            Counter(label: "nova_undecodable_records_total", dimensions: [("pool", configuration.pool.name)])
                .increment()
            return await bury(entry.message, error, signal)
        }
    }

    /// What is no command is a dead letter at once.
    private func bury(_ message: KafkaMessage, _ error: CommandDecodingError, _ signal: CancellationSignal) async
        -> RecordDisposition
    {
        var logger = logger
        logger[metadataKey: "record"] = "\(message.topicPartition)@\(message.offset)"
        let reason = NovaError(.validationError, "the record is not a command: \(error)")
        return await deadLetterPublisher.bury(message, reason, attempts: 0, signal, logger) ? .finished : .givenBack
    }

    // MARK: - Stopping

    private func finishWithinGrace() async {
        do {
            try await withDeadline(configuration.shutdownGrace) { await lanes.waitUntilIdle() }
        } catch is DeadlineExceeded {
            logger.warning("grace period over; running commands are handed back")
            lanes.handOver()
        } catch {
            // Cancelled, and with it what runs.
        }
    }

    // MARK: - Beside reading

    private func commitOffsets() async {
        for await _ in lanes.ends {
            while !(await commit(lanes.committable())) {
                // Cut short by cancellation; the last commit, after the loops have ended, takes them again.
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    /// - Returns: false where it failed and may be tried again.
    @discardableResult
    private func commit(_ finished: [KafkaOffset]) async -> Bool {
        // One partition that went, and of which nobody has heard yet, is not to hold up the others.
        let offsets = consumer.owned(finished)
        guard !offsets.isEmpty else { return true }
        do {
            try await consumer.commit(offsets)
            lanes.markCommitted(offsets)
            return true
        } catch is CancellationError {
            return true
        } catch {
            logger.warning("commit failed", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func controlFlow() async {
        for await _ in lanes.changes {
            let (pause, resume) = lanes.flowChanges()
            do {
                if !pause.isEmpty { try await consumer.pause(pause) }
                if !resume.isEmpty { try await consumer.resume(resume) }
            } catch is CancellationError {
                return
            } catch {
                logger.error("partitions were not paused or resumed", metadata: ["error": "\(error)"])
            }
            let load = lanes.load
            let dimensions = [("pool", configuration.pool.name)]
            Gauge(label: "nova_jobs_running", dimensions: dimensions).record(load.running)
            Gauge(label: "nova_jobs_parked", dimensions: dimensions).record(load.parked)
            Gauge(label: "nova_records_unfinished", dimensions: dimensions).record(load.unfinished)
            Gauge(label: "nova_suspects_waiting", dimensions: dimensions).record(turns.suspectsWaiting)
        }
    }
}

extension [KafkaTopicPartition] {
    fileprivate var numbers: [Int32] { map(\.partition).sorted() }
}
