import ChildProcesses
import NIOPosix
import NovaClient
import NovaContract
import NovaTestKit
import RedisClient
import Synchronization

/// 10,000 tasks that wait for each other, 200 agents, one attempt in twenty fails: through gateway, broker, worker, Redis.
///
/// What the agents saw is checked: each task done once, in order, no agent over its capacity, nobody left out.
struct TasksPart {
    private static let tasks = 10_000
    private static let agents = 200
    private static let failures = 0.05
    private static let seed: UInt64 = 4

    let programs: Programs

    func run() async throws -> Section {
        try await Backing.run(programs) { backing in
            try await NovaServer.makeTopics(backing.broker)
            let queue = try await ListQueue(port: backing.redis.port, items: Self.tasks, workers: Self.agents).run()
            let environment = ["NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "2000", "NOVA_LOG_LEVEL": "notice"]
            let nova = NovaServer(programs: programs, backing: backing, environment: environment)
            return try await nova.run(.coordinator) { _ in
                try await nova.run(.gateway) { port in try await measure(port, queue) }
            }
        }
    }

    private func measure(_ port: Int, _ queue: Double) async throws -> Section {
        let client = try AgentClient(port: port)
        let graph = TaskGraph(count: Self.tasks, seed: Self.seed)
        let ledger = TaskLedger(graph)
        let capacities = (0..<Self.agents).map { 1 + $0 % 3 }
        for agent in 0..<Self.agents {
            try await client.send(.put, "/agents/a\(agent)", ["capacity": JSONValue(capacities[agent])])
        }
        let begun = ContinuousClock.now
        for batch in graph.batches(of: 1_000) { try await client.send(.post, "/tasks/batch", batch) }
        let made = ContinuousClock.now
        Console.say("tasks: made in \(Figure.milliseconds(begun.duration(to: made)))")
        try await withThrowingTaskGroup { group in
            for agent in 0..<Self.agents {
                group.addTask { try await Self.labour(agent, capacities[agent], client, ledger) }
            }
            try await group.waitForAll()
        }
        let took = made.duration(to: .now)
        let faults = ledger.faults(agents: Self.agents)
        guard faults.isEmpty else { throw BenchError("the tasks: \(faults.joined(separator: "; "))") }
        let rate = Double(Self.tasks) / took.seconds
        Console.say("tasks: \(Figure.rate(rate))/s, \(ledger.failures) attempts failed")
        return section(rate, Double(Self.tasks) / begun.duration(to: made).seconds, queue, ledger, made)
    }

    /// One agent: claims as much as it can do, and does it, until all is done.
    private static func labour(
        _ agent: Int,
        _ capacity: Int,
        _ client: AgentClient,
        _ ledger: TaskLedger
    ) async throws {
        var generator = SplitMix64(seed: seed &+ UInt64(agent))
        while !ledger.isDone {
            // Short, so that all end soon after the last task.
            let body: JSONValue = ["wait": 1, "max": JSONValue(capacity), "lease": 60]
            let given = try await client.send(.post, "/agents/a\(agent)/claim", body)["tasks"]?.arrayValue ?? []
            let indices = given.compactMap { TaskGraph.index($0["task_id"]?.stringValue ?? "") }
            for index in indices { ledger.claimed(index, by: agent, capacity: capacity) }
            for (index, task) in zip(indices, given) {
                let path = "/agents/a\(agent)/tasks/\(TaskGraph.id(index))"
                let token = task["token"] ?? .null
                if Double.random(in: 0..<1, using: &generator) < failures {
                    ledger.failing(by: agent)
                    try await client.send(.post, path + "/fail", ["token": token, "error": "chance"])
                } else {
                    ledger.completing(index, by: agent)
                    try await client.send(.post, path + "/complete", ["token": token, "result": ["n": 1]])
                    ledger.completed()
                }
            }
        }
    }

    private func section(
        _ rate: Double,
        _ making: Double,
        _ queue: Double,
        _ ledger: TaskLedger,
        _ start: ContinuousClock.Instant
    ) -> Section {
        var section = Section(
            title: "Tasks: \(Self.tasks) in a random graph, \(Self.agents) agents over HTTP, 5 % of attempts fail"
        )
        section.rows = [
            Row("done: claimed, completed or failed, commands acknowledged", rate, against: "LMOVE + LREM", queue),
            Row("made, in batches of 1,000", perSecond: Figure.rate(making)),
        ]
        for priority in [5, 3, 1] {
            let waits = ledger.waits(priority: priority, since: start)
            let p50 = waits.median.map(Figure.milliseconds) ?? ""
            let p99 = waits.percentile(0.99).map(Figure.milliseconds) ?? ""
            section.rows.append(Row("wait from ready to claimed, priority \(priority)", p50: p50, p99: p99))
        }
        section.notes = [
            "checked: each done once, none before what it waits for, no agent over its capacity, no agent without work",
            "\(ledger.failures) attempts failed and were made again",
            "against: a list in Redis that the same number of tasks take from, without HTTP, Kafka, order, leases, history",
        ]
        return section
    }
}

/// The least that a queue can be: a list in Redis, from which workers take and acknowledge.
struct ListQueue {
    let port: Int
    let items: Int
    let workers: Int

    /// - Returns: items per second.
    func run() async throws -> Double {
        let client = RedisClient(
            configuration: RedisConfiguration(port: port),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Console.logger
        )
        do {
            for item in 0..<items {
                _ = try await client.command("RPUSH", "bench-queue", RedisArgument("item \(item)"))
            }
            let rate = try await throughput(tasks: workers, count: items) { worker, _ in
                let held = RedisArgument("bench-held-\(worker)")
                let item = try await client.command("LMOVE", "bench-queue", held, "LEFT", "RIGHT")
                _ = try await client.command("LREM", held, "1", RedisArgument(item.string ?? ""))
            }
            _ = try await client.command("DEL", "bench-queue")
            await client.close()
            return rate
        } catch {
            await client.close()
            throw error
        }
    }
}
