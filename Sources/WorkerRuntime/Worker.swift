package import KafkaClient
package import Logging
import Metrics
import NIOPosix
import NovaContract
package import NovaStore
import RedisClient
import ServiceLifecycle

/// A worker of one pool: reads commands, runs them in lanes, commits what is finished.
///
/// Returns from `run()` after a graceful shutdown: nothing begins any more, what runs may finish within the grace
/// period, the rest is handed back uncommitted for another worker; then offsets are committed and the group is left.
package struct Worker<Handler: CommandHandler>: Service {
    private let configuration: WorkerConfiguration
    private let consumer: KafkaConsumer
    private let store: Store
    private let executor: JobExecutor<Handler>
    private let running: RunningJobs
    private let lanes: Lanes
    private let threads: NIOThreadPool
    private let onAssigned: @Sendable (Int) -> Void
    private let logger: Logger

    /// - Parameter onAssigned: hears the number of this worker's partitions whenever it changes.
    package init(
        configuration: WorkerConfiguration,
        handler: Handler,
        consumer: KafkaConsumer,
        store: Store,
        logger: Logger,
        onAssigned: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.consumer = consumer
        self.store = store
        self.logger = logger
        self.onAssigned = onAssigned
        running = RunningJobs()
        lanes = Lanes(limit: configuration.concurrency, backlog: configuration.backlogPerPartition)
        threads = NIOThreadPool(numberOfThreads: configuration.computeThreads)
        executor = JobExecutor(
            configuration: configuration,
            handler: handler,
            store: store,
            threads: threads,
            running: running,
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
            group.addTask { await hearCancellations() }
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
        await commitNow()
        await consumer.close()
        logger.info("stopped")
    }

    // MARK: - Reading

    /// Reads until shutdown, then waits for what runs.
    private func readAndRun() async throws {
        try await withThrowingDiscardingTaskGroup { slots in
            // Reading ends with the graceful shutdown; the slots do not.
            try await read { entry, signal in
                slots.addTask { await runSlot(entry, signal) }
            }
            lanes.stop()
            await finishWithinGrace()
        }
    }

    private func read(_ begin: (Lanes.Entry, CancellationSignal) -> Void) async throws {
        var assigned: Set<KafkaTopicPartition> = []
        for try await event in consumer.events.cancelOnGracefulShutdown() {
            switch event {
            case .message(let message):
                if let (entry, signal) = lanes.enqueue(message, lane: Command.lane(of: message)) {
                    begin(entry, signal)
                }
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
        if !offsets.isEmpty { await commit(offsets) }
        consumer.finish(revocation)
    }

    /// One slot runs records until there is none for it.
    private func runSlot(_ first: Lanes.Entry, _ signal: CancellationSignal) async {
        var current: (Lanes.Entry, CancellationSignal)? = (first, signal)
        while let (entry, signal) = current {
            let isFinished = await run(entry, signal)
            current = lanes.finish(entry, signal, isFinished: isFinished)
        }
    }

    private func run(_ entry: Lanes.Entry, _ signal: CancellationSignal) async -> Bool {
        do {
            let command = try Command(message: entry.message)
            return await executor.execute(command, cancellation: signal)
        } catch {
            Counter(label: "nova_undecodable_records_total", dimensions: [("pool", configuration.pool.rawValue)])
                .increment()
            logger.error(
                "a record is not a command and was passed over",
                metadata: [
                    "error": "\(error)", "topic": "\(entry.message.topic)",
                    "partition": "\(entry.message.partition)", "offset": "\(entry.message.offset)",
                ]
            )
            return true
        }
    }

    // MARK: - Stopping

    private func finishWithinGrace() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lanes.waitUntilIdle() }
            group.addTask {
                // Cancelled when all was finished in time.
                do { try await Task.sleep(for: configuration.shutdownGrace) } catch { return }
                logger.warning("grace period over; running commands are handed back")
                lanes.handOver()
            }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Beside reading

    private func commitOffsets() async {
        for await _ in lanes.ends { await commitNow() }
    }

    private func commitNow() async {
        let offsets = lanes.committable()
        if !offsets.isEmpty { await commit(offsets) }
    }

    private func commit(_ offsets: [KafkaOffset]) async {
        do {
            try await consumer.commit(offsets)
            lanes.markCommitted(offsets)
        } catch is CancellationError {
            // The last commit, after the loops have ended, takes them again.
        } catch {
            logger.warning("commit failed; the next one covers it", metadata: ["error": "\(error)"])
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
            let dimensions = [("pool", configuration.pool.rawValue)]
            Gauge(label: "nova_jobs_running", dimensions: dimensions).record(load.running)
            Gauge(label: "nova_records_unfinished", dimensions: dimensions).record(load.unfinished)
        }
    }

    private func hearCancellations() async {
        let channel = store.keys.cancellationChannel(configuration.pool)
        while !Task.isCancelled {
            do {
                try await store.redis.subscribe(to: [channel]) { subscription in
                    for try await event in subscription {
                        if case .message(_, _, let payload) = event {
                            running.cancel(String(decoding: payload, as: UTF8.self))
                        }
                    }
                }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("cancellations are not heard", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: configuration.backoff.delay(after: 3)) } catch { return }
            }
        }
    }
}

extension [KafkaTopicPartition] {
    fileprivate var numbers: [Int32] { map(\.partition).sorted() }
}
