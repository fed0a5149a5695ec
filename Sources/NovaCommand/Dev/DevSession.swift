import AsyncPrimitives
import ChildProcesses
import KafkaClient
import NovaContract
import NovaPools

/// One run of `nova dev`: everything it starts lives inside it, innermost what must stop first.
struct DevSession: Sendable {
    /// Of each topic.
    private static let partitions = 8

    private let plan: DevPlan
    private let console: Console
    private let live: LiveLine
    /// Set when all is to stop.
    private let stop = AsyncEvent()
    private let signals: SignalWatch

    init(plan: DevPlan, console: Console) {
        self.plan = plan
        self.console = console
        live = LiveLine(console)
        signals = SignalWatch(stop: stop, console: live)
    }

    /// Returns when all is stopped on request.
    ///
    /// - Throws: `CommandFailure` when something does not start, or ends by itself; all else is stopped then too.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await signals.run() }
            do {
                try await serve()
            } catch let error as ChildProcessError {
                throw CommandFailure(.software, error.description)
            }
            group.cancelAll()
        }
        console.line("Stopped.")
    }

    private func serve() async throws {
        console.line(console.style.bold("Starting Nova"))
        try await PrivateRedis.run(onLine: { [log = log("redis")] in log($0) }) { redis in
            signals.removeAtOnce(redis.directory)
            try await EmbeddedKafkaCluster.run(brokers: 1) { kafka in
                for pool in NovaPools.all {
                    try kafka.createTopic(TopicNames().commands(pool), partitions: Self.partitions)
                    try kafka.createTopic(TopicNames().deadLetters(pool), partitions: 1)
                }
                let parts = DevParts(redis: redis, brokers: kafka.bootstrapServers)
                try await withProcesses(parts) { workers, gateway in
                    try await untilStopped(parts, workers, gateway)
                }
            }
        }
    }

    /// All start together; the gateway stops first, and with it the stream of new work.
    private func withProcesses(_ parts: DevParts, _ body: ([ChildProcess], ChildProcess) async throws -> Void)
        async throws
    {
        let environment = DevEnvironment(
            redisPort: parts.redis.port,
            brokers: parts.brokers,
            httpPort: plan.port,
            keysFile: plan.configuration.keysFile,
            inherited: Surroundings.environment
        )
        func worker(_ executable: String) -> ChildCommand {
            ChildCommand(executable: executable, environment: environment.worker)
        }
        let workers = [
            ("nova-optimization-worker", worker(plan.programs.optimizationWorker), log("worker")),
            ("nova-coordination-worker", worker(plan.programs.coordinationWorker), log("tasks")),
            ("nova-allocation-worker", worker(plan.programs.allocationWorker), log("pools")),
            ("nova-memory-worker", worker(plan.programs.memoryWorker), log("memory")),
        ]
        let gateway = ChildCommand(executable: plan.programs.gateway, environment: environment.gateway)
        let gatewayLog = log("gateway")
        try await Self.run(workers[...], []) { workers in
            try await ChildProcess.run(gateway, name: "nova-gateway", onLine: { gatewayLog($0) }) { gateway in
                try await body(workers, gateway)
            }
        }
    }

    /// Each inside the one before it.
    private static func run(
        _ workers: ArraySlice<(String, ChildCommand, ChildLog)>,
        _ started: [ChildProcess],
        _ body: ([ChildProcess]) async throws -> Void
    ) async throws {
        guard let (name, command, log) = workers.first else { return try await body(started) }
        try await ChildProcess.run(command, name: name, onLine: { log($0) }) { process in
            try await run(workers.dropFirst(), started + [process], body)
        }
    }

    private func log(_ name: String) -> ChildLog {
        // Redis warns about the machine's settings, which do not matter here; what ends it is told by its end.
        ChildLog(name: name, showsAll: plan.isVerbose, live: live, style: console.style, isMute: name == "redis")
    }

    /// Uses what was started until the stop signal, or until a part of it ends by itself.
    private func untilStopped(_ parts: DevParts, _ workers: [ChildProcess], _ gateway: ChildProcess) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for child in [parts.redis.process] + workers + [gateway] {
                group.addTask {
                    let exit = try await child.exit()
                    throw ChildProcessError.ended(name: child.name, exit: exit, lastLines: child.lastLines())
                }
            }
            group.addTask { try await stop.wait() }
            group.addTask {
                try await use(parts, workers, gateway)
                try await stop.wait()
            }
            _ = try await group.next()
            group.cancelAll()
        }
        live.clear()
        console.line(console.isTerminal ? "\nStopping" : "Stopping")
    }

    private func use(_ parts: DevParts, _ workers: [ChildProcess], _ gateway: ChildProcess) async throws {
        let showcase = DevShowcase(plan: plan, parts: parts, console: console, live: live)
        try await showcase.run(workers, gateway)
    }
}

/// What was started before the processes of Nova.
struct DevParts: Sendable {
    let redis: PrivateRedis
    let brokers: String
}
