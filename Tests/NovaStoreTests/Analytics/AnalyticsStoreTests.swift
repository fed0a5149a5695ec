import Allocation
import Foundation
import NovaContract
import NovaStore
import RedisClient
import ResourcePool
import Testing
import WorkPool

/// What is recorded by the scripts that end things.
@Suite(.timeLimit(.minutes(2))) struct AnalyticsStoreTests {
    private static let domain = "professional"

    private static func read(
        _ store: Store,
        _ subject: ActivitySubject,
        _ resolution: ActivityResolution = .day,
        domain: String = domain,
        owner: String = "alice"
    ) async throws -> [ActivityBucket] {
        try await store.analytics.read(
            [subject],
            resolution,
            from: 0,
            through: 1 << 40,
            domain: domain,
            owner: owner
        )[subject] ?? []
    }

    private static func sum(_ buckets: [ActivityBucket]) -> ActivityBucket {
        buckets.reduce(into: ActivityBucket(number: 0)) { $0.merge($1) }
    }

    private static func end(_ store: Store, _ completion: Completion, flow: String = "nightly") async throws {
        let command = Sample.command(entity: flow)
        try await store.admit(command)
        try await store.begin(command)
        _ = try await store.jobs.complete(command, run: "r", completion)
    }

    private static func completion(microseconds: Int64) -> Completion {
        Completion(state: .completed, result: nil, error: nil, handling: .microseconds(microseconds), queued: .zero)
    }

    // MARK: - Commands

    @Test func whatEndsIsCountedOnceForEachOfItsSubjects() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, run: "1")
            try await store.jobs.mark(command, run: "1", isAlone: true)
            try await store.begin(command, run: "2")
            #expect(try await store.jobs.complete(command, run: "2", Sample.completion()) == .applied)
            #expect(try await store.jobs.complete(command, run: "2", Sample.completion()) == .endedBefore)
            for subject in [ActivitySubject.flow("nightly"), .flows, .key("key"), .commands] {
                for resolution in ActivityResolution.allCases {
                    let whole = Self.sum(try await Self.read(store, subject, resolution))
                    #expect(whole.counts == [.completed: 1, .retries: 1, .retried: 1])
                    #expect(whole.handling.sum == 12_000 && whole.queue.sum == 3_000 && whole.total.sum == 15_000)
                    #expect(whole.handling.count == 1 && whole.handling.maximum == 12_000)
                }
            }
            #expect(try await Self.read(store, .flow("other")).isEmpty)
            #expect(try await Self.read(store, .flows, domain: "other").isEmpty)
            #expect(try await Self.read(store, .flows, owner: "bob").isEmpty)
        }
    }

    @Test func everyKindOfEndIsCounted() async throws {
        try await withStore { store in
            try await Self.end(store, Sample.failure())
            let condemned = Sample.command()
            try await store.admit(condemned)
            let attempt = try await store.begin(condemned)
            _ = try await store.jobs.condemn(condemned, attempt, NovaError(.serviceError, "x"))
            _ = try await store.jobs.complete(condemned, run: "r", Sample.failure())
            let cancelled = Sample.command(createdAt: Timestamp.milliseconds() - 5_000)
            try await store.admit(cancelled)
            let waiting = try #require(try await store.jobs.get(cancelled.jobID, owner: "alice"))
            #expect(try await store.jobs.cancel(waiting, owner: "alice") == .cancelled)
            let overdue = Sample.command(deadline: 1)
            try await store.admit(overdue)
            let late = try #require(try await store.jobs.get(overdue.jobID, owner: "alice"))
            #expect(try await store.jobs.expire(late, owner: "alice"))
            let whole = Self.sum(try await Self.read(store, .flow("nightly")))
            #expect(whole.counts == [.failed: 2, .deadLetters: 1, .cancelled: 1, .expired: 1])
            // The one that was cancelled only waited.
            #expect(whole.handling.count == 2 && whole.queue.count == 4)
        }
    }

    @Test func manyRecordAtOnceAndQuantilesAreWithinTwoPercent() async throws {
        try await withStore { store in
            // From some microseconds to a quarter of an hour, most of them in the middle.
            let times = (0..<1_000).map { Int64(40 * pow(1.017, Double($0))) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for index in stride(from: worker, to: times.count, by: 8) {
                            try await Self.end(store, Self.completion(microseconds: times[index]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let whole = Self.sum(try await Self.read(store, .flow("nightly"), .minute))
            #expect(whole[.completed] == times.count)
            #expect(whole.handling.sum == times.reduce(0, +))
            for share in [0.01, 0.5, 0.9, 0.99, 0.999, 1] {
                let exact = Double(times[Int((share * Double(times.count)).rounded(.up)) - 1]) / 1e6
                let told = try #require(whole.handling.quantiles([share])[0])
                #expect(abs(told / exact - 1) <= 0.02, "\(share): \(told) for \(exact)")
            }
        }
    }

    @Test func onlyWhatIsKeptIsKept() async throws {
        try await withStore { store in
            try await Self.end(store, Sample.completion())
            let newest = try #require(try await Self.read(store, .flows, .hour).first)
            let key = RedisArgument(store.keys.analytics(owner: "alice", domain: Self.domain) + ":h:flows")
            let kept = try await store.redis.command("HGET", key, RedisArgument(newest.number))
            for back in 1...200 {
                _ = try await store.redis.command(
                    "HSET",
                    key,
                    RedisArgument(newest.number - Int64(back)),
                    RedisArgument(kept.bytes ?? [])
                )
            }
            // With the next hour the oldest go; this one is taken away, so that it is new.
            _ = try await store.redis.command("HDEL", key, RedisArgument(newest.number))
            try await Self.end(store, Sample.completion())
            let left = try await Self.read(store, .flows, .hour).map(\.number)
            #expect(left.count == Int(ActivityResolution.hour.kept))
            #expect(left.last == newest.number && left.first == newest.number - ActivityResolution.hour.kept + 1)
            let life = try await store.redis.command("PTTL", key)
            #expect(1...(72 * 3_600_000) ~= life.int ?? 0)
        }
    }

    @Test func thoseOfWhomSomethingIsKeptAreListedTheLastFirst() async throws {
        try await withStore { store in
            for flow in ["a", "b", "c"] { try await Self.end(store, Sample.completion(), flow: flow) }
            let base = store.keys.analytics(owner: "alice", domain: Self.domain)
            let (_, total) = try await store.analytics.ids(.flows, most: 9, domain: Self.domain, owner: "alice")
            #expect(total == 3)
            // As if it had been a while ago.
            _ = try await store.redis.command("ZADD", RedisArgument(base + ":index:flow"), "5", "c")
            let ids = try await store.analytics.ids(.flows, most: 9, domain: Self.domain, owner: "alice").ids
            #expect(ids.last == "c" && Set(ids) == ["a", "b", "c"])
            #expect(try await store.analytics.ids(.flows, most: 2, domain: Self.domain, owner: "alice").ids.count == 2)
            #expect(try await store.analytics.ids(.agents, most: 9, domain: Self.domain, owner: "alice").total == 0)
        }
    }

    // MARK: - Tasks and agents

    @Test func attemptsAreCountedForTheAgentAndTheStep() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("t", ["retries": 1, "labels": ["flow_id": "f", "step": "s"]])
            let first = try #require(try await work.claim("a").first)
            let failed = TaskReport.Kind.fail(error: ["message": "no"], retry: true)
            _ = try await work.finish(first, failed)
            var again: TaskRecord?
            try await work.tick {
                again = try await work.claim("a").first
                return again != nil
            }
            _ = try await work.finish(try #require(again), .complete(result: ["ok": true]))
            for subject in [ActivitySubject.agent("a"), .agents, .step("s", of: "f")] {
                let whole = Self.sum(try await Self.read(store, subject, domain: "d", owner: "o"))
                #expect(whole.counts == [.failed: 1, .completed: 1, .retries: 1, .retried: 1])
                // Only the first attempt's wait is its own.
                #expect(whole.handling.count == 2 && whole.queue.count == 1)
            }
            let tasks = Self.sum(try await Self.read(store, .tasks, domain: "d", owner: "o"))
            #expect(tasks.counts == [.completed: 1, .retries: 1, .retried: 1])
            #expect(try await store.analytics.ids(.steps(of: "f"), most: 9, domain: "d", owner: "o").ids == ["s"])
        }
    }

    // MARK: - Runs of steps

    private static func runs(_ store: Store, _ steps: [String], of flow: String = "f") async throws
        -> [String: LatencyHistogram]
    {
        try await store.analytics.runs(of: steps, in: flow, domain: "d", owner: "o")
    }

    /// An attempt at the step `s` that began some seconds ago.
    private static func attempt(
        _ store: Store,
        _ id: String,
        began seconds: Int64,
        _ kind: TaskReport.Kind,
        labels: JSONValue = ["flow_id": "f", "step": "s"]
    ) async throws {
        let work = store.work(owner: "o", domain: "d")
        try await work.make(id, ["labels": labels])
        let task = try #require(try await work.claim("a").first)
        _ = try await store.redis.command(
            "HSET",
            RedisArgument(store.keys.work(owner: "o", domain: "d") + ":task:" + id),
            "started",
            RedisArgument(Timestamp.milliseconds() - seconds * 1_000)
        )
        _ = try await work.finish(task, kind)
    }

    @Test func onlyCompletedAttemptsAreRunsOfAStep() async throws {
        try await withStore { store in
            let done = TaskReport.Kind.complete(result: ["ok": true])
            try await Self.attempt(store, "1", began: 100, done)
            try await Self.attempt(store, "2", began: 900, .fail(error: ["message": "no"], retry: false))
            try await Self.attempt(store, "3", began: 300, done)
            try await Self.attempt(store, "4", began: 500, done, labels: ["step": "s"])
            let work = store.work(owner: "o", domain: "d")
            try await work.make("5", ["labels": ["flow_id": "f", "step": "s"]])
            #expect(try await work.change("5", ["status": "completed"]).state == .completed)
            // More than one call asks for.
            let found = try await Self.runs(store, (0..<40).map { "none\($0)" } + ["s"])
            #expect(found.keys.sorted() == ["s"])
            let runs = try #require(found["s"])
            #expect(runs.count == 2)
            #expect(400_000_000..<520_000_000 ~= runs.sum && 300_000_000..<420_000_000 ~= runs.maximum)
            #expect(runs.spans.map(\.count) == [1, 1])
            #expect(runs.spans[0].lower < 120 && runs.spans[0].upper >= 100 && runs.spans[1].upper >= 300)
            #expect(try await Self.runs(store, ["s"], of: "g").isEmpty)
            #expect(try await Self.runs(store, []).isEmpty)
            // The attempts themselves are all counted, as before, and by the same index.
            let attempts = Self.sum(try await Self.read(store, .step("s", of: "f"), domain: "d", owner: "o"))
            #expect(attempts.counts == [.completed: 2, .failed: 1] && attempts.handling.count == 3)
            #expect(try await store.analytics.ids(.steps(of: "f"), most: 9, domain: "d", owner: "o").ids == ["s"])
        }
    }

    @Test func runsOfFiveWeeksAreAddedUp() async throws {
        try await withStore { store in
            let done = TaskReport.Kind.complete(result: ["ok": true])
            try await Self.attempt(store, "1", began: 100, done)
            let first = try #require(try await Self.runs(store, ["s"])["s"])
            let name = store.keys.analytics(owner: "o", domain: "d") + ":w:run:f\u{1F}s"
            let kept = try await store.redis.command("HGETALL", RedisArgument(name)).array ?? []
            let week = try #require(kept.first?.string.flatMap { Int64($0) })
            for back in 1...9 as ClosedRange<Int64> {
                let bucket = RedisArgument(try #require(kept.last?.bytes))
                _ = try await store.redis.command("HSET", RedisArgument(name), RedisArgument(week - back), bucket)
            }
            let whole = try #require(try await Self.runs(store, ["s"])["s"])
            #expect(whole.count == 5 && whole.sum == 5 * first.sum && whole.maximum == first.maximum)
            #expect(whole.bins == first.bins.mapValues { 5 * $0 })
            // In bins that lie beside those of the other weeks.
            try await Self.attempt(store, "2", began: 2, done)
            try await Self.attempt(store, "3", began: 9_000, done)
            let more = try #require(try await Self.runs(store, ["s"])["s"])
            #expect(more.spans.map(\.count) == [1, 5, 1])
            #expect(1..<60 ~= more.spans[0].upper && 8_000..<9_500 ~= more.spans[2].upper)
            let life = try await store.redis.command("PTTL", RedisArgument(name))
            #expect(1...(35 * 86_400_000) ~= life.int ?? 0)
        }
    }

    // MARK: - Resources

    @Test func howMuchWasGivenIsKnownForEachMoment() async throws {
        try await withStore { store in
            let space = store.pools(owner: "o", domain: "d")
            let pool = ResourceDefinition(id: "gpu", capacity: Amount(whole: 4))
            let request = AllocateRequest(wants: [:], ttl: 60)
            func grant(_ id: String, _ gpu: Int64) -> PoolSpace.Operation {
                .grant(id: id, requester: "r", request: request, items: ["gpu": Amount(whole: gpu)])
            }
            #expect(try await space.commit([.declare(pool), grant("1", 1)], version: 0, by: "t", jobID: "0"))
            #expect(try await space.commit([grant("2", 2)], version: 1, by: "t", jobID: "1"))
            _ = try await space.end("1", .release, by: "t", jobID: "2")
            let bucket = try #require(try await Self.read(store, .resource("gpu"), domain: "d", owner: "o").first)
            #expect(bucket.counts == [.granted: 2, .released: 1])
            #expect(bucket.queue.count == 2 && bucket.handling.count == 1)
            let level = try #require(bucket.level)
            #expect((level.first, level.last, level.maximum, level.capacity) == (0, 2_000, 3_000, 4_000))
            // Between the first and the last change at most three were given.
            #expect(level.integral >= 0 && level.integral <= 3_000 * 60_000)
            let all = try #require(try await Self.read(store, .resources, domain: "d", owner: "o").first)
            #expect(all.counts == [.granted: 2, .released: 1] && all.level == nil)
            var patient = AllocateRequest(wants: ["gpu": .init(minimum: .zero, maximum: Amount(whole: 3))], ttl: 60)
            patient.wait = 1
            let wait = PoolSpace.Operation.wait(id: "3", requester: "r", request: patient, until: 0)
            let version = try await space.look().version
            #expect(try await space.commit([wait], version: version, by: "t", jobID: "3"))
            #expect(try await space.tick().timedOut == 1)
            let later = try #require(try await Self.read(store, .resource("gpu"), domain: "d", owner: "o").first)
            #expect(later[.timedOut] == 1 && later.queue.count == 3)
        }
    }
}
