import ChildProcesses
import CrashKit
import NIOPosix
import NovaClient
import NovaContract
import RedisClient
import Synchronization

/// Many ask for resources and give them back, over four workers of which two are killed.
///
/// What was told of is replayed: nothing is given that is not there, and nothing comes back twice.
struct AllocationsPart {
    private static let operations = 50_000
    private static let clients = 64
    private static let capacity = 100
    private static let pools = ["a", "b", "c", "d"]
    private static let base = "/resources"

    let programs: Programs

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            let counted = try await Self.counting(port: backing.redis.port)
            let environment = [
                "NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "2000", "NOVA_LOG_LEVEL": "notice",
                // A dead worker is noticed soon.
                "NOVA_KAFKA_PROPERTIES": "fetch.wait.max.ms=1;session.timeout.ms=6000;heartbeat.interval.ms=500",
            ]
            let nova = NovaServer(programs: programs, backing: backing, environment: environment)
            return try await withWorkers(4, nova, []) { workers in
                try await nova.run(.gateway) { port in try await measure(port, workers, counted) }
            }
        }
    }

    private func withWorkers<R>(
        _ count: Int,
        _ nova: NovaServer,
        _ started: [ChildProcess],
        _ body: ([ChildProcess]) async throws -> R
    ) async throws -> R {
        guard count > 0 else { return try await body(started) }
        return try await nova.runProcess(.allocator) { process, _ in
            try await withWorkers(count - 1, nova, started + [process], body)
        }
    }

    /// The least that could do it: one script that counts up to a capacity, and down.
    private static func counting(port: Int) async throws -> Double {
        let client = RedisClient(
            configuration: RedisConfiguration(port: port),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Console.logger
        )
        let script = RedisScript(
            name: "bench-count",
            source: """
                local used = tonumber(redis.call('GET', KEYS[1]) or '0') + tonumber(ARGV[1])
                if used < 0 or used > tonumber(ARGV[2]) then return 0 end
                redis.call('SET', KEYS[1], used)
                return 1
                """
        )
        do {
            let rate = try await throughput(tasks: clients, count: operations) { task, turn in
                _ = try await client.evaluate(
                    script,
                    keys: [RedisArgument("bench-\(task % 4)")],
                    arguments: [turn % 2 == 0 ? "1" : "-1", "100"]
                )
            }
            await client.close()
            return rate
        } catch {
            await client.close()
            throw error
        }
    }

    private func measure(_ port: Int, _ workers: [ChildProcess], _ counted: Double) async throws -> Section {
        let client = try AgentClient(port: port)
        for pool in Self.pools {
            try await client.send(.put, Self.base + "/\(pool)", ["capacity": JSONValue(Self.capacity)])
        }
        return try await NovaServer.client(port: port).withEvents(channels: ["resources"]) { events in
            let times = Times()
            let begun = ContinuousClock.now
            let (replay, took) = try await withThrowingTaskGroup(of: Duration?.self) { group in
                group.addTask {
                    _ = try await throughput(tasks: Self.clients, count: Self.operations / 2) { task, _ in
                        let took = try await Self.use(client, task)
                        times.add(took)
                    }
                    let took = begun.duration(to: .now)
                    try await client.send(.put, Self.base + "/end", ["capacity": 1])
                    return took
                }
                let replay = try await follow(events, workers)
                return (replay, try await group.next().flatMap(\.self) ?? .zero)
            }
            guard replay.faults.isEmpty else { throw BenchError("allocations: \(replay.faults.prefix(5))") }
            return section(times.all, took, replay, counted)
        }
    }

    /// Asks and gives back; returns how long the asking took.
    private static func use(_ client: AgentClient, _ task: Int) async throws -> Duration {
        let pool = pools[task % pools.count]
        let begun = ContinuousClock.now
        let body: JSONValue = ["resources": [pool: ["requested": 2]], "constraints": ["ttl": 600]]
        let answer = try await client.send(.post, base + "/allocate", body)
        let took = begun.duration(to: .now)
        let id = answer["allocation_id"]?.stringValue ?? ""
        try await client.send(.post, base + "/allocations/\(id)/release", [:])
        return took
    }

    /// Reads all that is told of, and kills two workers on the way.
    private func follow(_ events: NovaEvents, _ workers: [ChildProcess]) async throws -> AllocationReplay {
        var replay = AllocationReplay(
            capacities: Dictionary(uniqueKeysWithValues: Self.pools.map { ($0, Self.capacity) })
        )
        var deaths = [Self.operations / 8: workers[0], Self.operations / 4: workers[1]]
        for try await message in events {
            guard case .event(let event) = message else { throw BenchError("events are missing: \(message)") }
            replay.take(event.json.value)
            if let worker = deaths.removeValue(forKey: replay.grants) {
                Console.say("allocations: a worker is killed after \(replay.grants) grants")
                await worker.kill()
            }
            if event.data["resource_id"] == "end" { return replay }
        }
        throw BenchError("the subscription ended")
    }

    private func section(
        _ times: [Duration],
        _ took: Duration,
        _ replay: AllocationReplay,
        _ counted: Double
    ) -> Section {
        let rate = Double(Self.operations) / took.seconds
        Console.say("allocations: \(Figure.rate(rate))/s")
        var section = Section(
            title: "Allocations: \(Self.operations) operations, \(Self.clients) clients, 4 workers, 2 killed"
        )
        section.rows = [
            Row("asked and given back, commands acknowledged", rate, against: "a script that counts", counted),
            Row(
                "from asking to being given",
                p50: times.median.map(Figure.milliseconds) ?? "",
                p99: times.percentile(0.99).map(Figure.milliseconds) ?? ""
            ),
        ]
        section.notes = [
            "checked: \(replay.grants) grants replayed; never more than the capacity, never less than nothing, back once",
            "a worker that is killed is noticed after Kafka's session timeout; until then what it had waits",
        ]
        return section
    }
}

/// How long each asking took.
private final class Times: Sendable {
    private let times = Mutex<[Duration]>([])

    var all: [Duration] { times.withLock { $0 } }

    func add(_ time: Duration) { times.withLock { $0.append(time) } }
}
