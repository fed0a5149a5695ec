import AsyncPrimitives
import ChildProcesses
import NIOCore
import NIOPosix
import NovaStore
import RedisClient

/// `RedisClient` against `redis-benchmark`, on one server.
struct RedisPart {
    let rounds: Int

    func run() async throws -> Section {
        try await PrivateRedis.run { server in
            let client = RedisClient(
                configuration: RedisConfiguration(port: server.port),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: Console.logger
            )
            return try await withResource(client, close: { await $0.close() }) { try await measure($0, server.port) }
        }
    }

    private func measure(_ client: RedisClient, _ port: Int) async throws -> Section {
        try await RedisWork.prepare(client)
        var section = Section(title: "RedisClient against redis-benchmark")
        for work in RedisWork.allCases {
            for load in RedisLoad.all {
                section.rows += try await rows(work, load, client, RedisBenchmark(port: port))
            }
        }
        section.notes = [
            "RedisClient has \(System.coreCount) connections; -c is redis-benchmark's connections, -P its pipeline",
            "EVALSHA is the sliding window that counts every request (count.lua), one window a task",
        ]
        return section
    }

    private func rows(
        _ work: RedisWork,
        _ load: RedisLoad,
        _ client: RedisClient,
        _ benchmark: RedisBenchmark
    ) async throws -> [Row] {
        var ours: [Double] = []
        var theirs: [[Double]] = load.comparisons.map { _ in [] }
        for _ in 0..<rounds {
            ours.append(
                try await throughput(tasks: load.tasks, count: load.count(of: work)) { task, _ in
                    try await work.run(client, task)
                }
            )
            for (index, comparison) in load.comparisons.enumerated() {
                theirs[index].append(try await benchmark.run(work, comparison, keys: load.tasks))
            }
        }
        let rate = ours.median ?? 0
        let name = "\(work.title), \(load.tasks) \(load.tasks == 1 ? "task" : "tasks")"
        Console.say("redis, \(name): \(Figure.rate(rate))/s")
        return zip(load.comparisons, theirs).map { comparison, rates in
            Row(name, rate, against: "redis-benchmark \(comparison.title)", rates.median ?? 0)
        }
    }
}
