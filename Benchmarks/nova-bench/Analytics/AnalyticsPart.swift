import AsyncPrimitives
import ChildProcesses
import FlowPool
import Foundation
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient

/// What is kept of 10,000 flows over all the time it is kept, in bytes, and how long it takes to read.
///
/// The buckets are what real commands left; a month is not waited for: buckets of one flow are copied to the numbers of all
/// minutes, hours and days, and to all flows.
struct AnalyticsPart {
    private static let flows = 10_000
    /// Of each flow.
    private static let perHour = 20
    private static let owner = "bench"
    private static let domain = "professional"

    let rounds: Int

    func run() async throws -> Section {
        try await PrivateRedis.run { server in
            let client = RedisClient(
                configuration: RedisConfiguration(port: server.port),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: Console.logger
            )
            return try await withResource(client, close: { await $0.close() }) {
                try await measure(Store(redis: $0, catalog: NovaPools.catalog))
            }
        }
    }

    private func measure(_ store: Store) async throws -> Section {
        // A minute, an hour and a day of a flow, as real commands leave them.
        try await end(store, "minute", 1)
        try await end(store, "hour", Self.perHour)
        try await end(store, "day", 24 * Self.perHour)
        _ = try await store.analytics.ids(.flows, most: 1, domain: Self.domain, owner: Self.owner)
        let before = try await usedMemory(store)
        try await fill(store, "m", ofFlow: "minute", every: 60 / Self.perHour, .minute)
        try await fill(store, "h", ofFlow: "hour", every: 1, .hour)
        try await fill(store, "d", ofFlow: "day", every: 1, .day)
        let bytes = Double(try await usedMemory(store) - before)
        Console.say("analytics: \(Int(bytes / 1e6)) MB for \(Self.flows) flows")
        var section = Section(
            title: "Analytics of \(Self.flows) flows, each with \(Self.perHour) commands an hour, over 31 days"
        )
        section.rows = [
            Row("Redis memory: \(Int((bytes / 1e6).rounded())) MB, \(Int(bytes) / Self.flows) bytes a flow"),
            try await reading(store, "read one flow by minutes", [.flow("1")], .minute),
            try await reading(store, "read one flow by days", [.flow("1")], .day),
            try await reading(store, "read 50 flows by minutes", (1...50).map { .flow("\($0)") }, .minute),
        ]
        section.notes = [
            "buckets: \(120 / (60 / Self.perHour)) minutes with one command each, 72 hours with \(Self.perHour), "
                + "31 days with \(24 * Self.perHour), times log-normal",
            "a flow that is idle costs nothing after the time that is kept",
        ]
        return section
    }

    /// Ends so many commands on a flow, with times as they are in practice: log-normal.
    private func end(_ store: Store, _ flow: String, _ count: Int) async throws {
        var random = SplitMix64(seed: 1)
        func draw(_ median: Double) -> Duration {
            let (u, v) = (Double(random.below(1 << 30) + 1), Double(random.below(1 << 30)))
            let scale = Double(1 << 30)
            let normal = (-2 * log(u / scale)).squareRoot() * cos(2 * .pi * v / scale)
            return .seconds(median * exp(0.6 * normal))
        }
        for _ in 0..<count {
            let command = Command(
                jobID: UUIDv7.make(),
                kind: .optimizeFlow,
                entityID: flow,
                owner: Self.owner,
                domain: Self.domain,
                keyID: "key",
                requestID: "request",
                createdAt: Timestamp.milliseconds(),
                payload: []
            )
            _ = try await store.jobs.start(command, worker: "w", run: "r")
            let (handling, queued) = (draw(0.2), draw(0.005))
            let completion = Completion(state: .completed, result: nil, error: nil, handling: handling, queued: queued)
            _ = try await store.jobs.complete(command, run: "r", completion)
        }
    }

    /// Copies the newest bucket of a flow to every so many numbers of all flows.
    private func fill(
        _ store: Store,
        _ letter: String,
        ofFlow flow: String,
        every: Int,
        _ resolution: ActivityResolution
    ) async throws {
        let base = store.keys.analytics(owner: Self.owner, domain: Self.domain) + ":\(letter):flow:"
        let kept = try await store.redis.command("HGETALL", RedisArgument(base + flow)).array ?? []
        guard let bucket = kept.last?.bytes else { throw BenchError("analytics: nothing was recorded of \(flow)") }
        let newest = Timestamp.milliseconds() / 1_000 / resolution.seconds
        let numbers = stride(from: newest, to: newest - resolution.kept, by: -every)
        let fields = numbers.flatMap { [RedisArgument($0), RedisArgument(bucket)] }
        for begin in stride(from: 1, through: Self.flows, by: 500) {
            let commands = (begin..<begin + 500).map { ["HSET", RedisArgument(base + "\($0)")] + fields }
            for reply in try await store.redis.pipeline(commands) { _ = try reply.get() }
        }
    }

    private func usedMemory(_ store: Store) async throws -> Int {
        let text = try await store.redis.command("INFO", "memory").string ?? ""
        let line = text.split(separator: "\r\n").first { $0.hasPrefix("used_memory:") }
        guard let bytes = line.flatMap({ Int($0.dropFirst("used_memory:".count)) }) else {
            throw BenchError("analytics: Redis does not say how much memory it uses")
        }
        return bytes
    }

    private func reading(
        _ store: Store,
        _ name: String,
        _ subjects: [ActivitySubject],
        _ resolution: ActivityResolution
    ) async throws -> Row {
        var times: [Duration] = []
        for _ in 0..<(100 * rounds) {
            let begun = ContinuousClock.now
            let read = try await store.analytics.read(
                subjects,
                resolution,
                from: 0,
                through: 1 << 40,
                domain: Self.domain,
                owner: Self.owner
            )
            times.append(begun.duration(to: .now))
            guard read.values.allSatisfy({ !$0.isEmpty }) else {
                throw BenchError("analytics: \(name): nothing is there")
            }
        }
        return Row(
            name,
            p50: times.median.map(Figure.milliseconds) ?? "",
            p99: times.percentile(0.99).map(Figure.milliseconds) ?? ""
        )
    }
}
