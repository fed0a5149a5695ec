import NovaContract
import NovaPools
import NovaStore
import RedisClient
import Testing
import WorkPool

/// Claims, tokens, and agents that are given up on.
@Suite(.timeLimit(.minutes(2))) struct LeaseTests {
    @Test func theMostUrgentIsFirstAndWaitingCounts() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("least")
            try await work.make("most", ["priority": 5])
            try await work.make("middle", ["priority": 3, "capabilities": ["swift"]])
            try await work.register("ada", ["capacity": 10, "capabilities": ["swift", "lua"]])
            #expect(try await work.claim("ada", 9).map(\.id) == ["most", "middle", "least"])
        }
    }

    /// A task's rank is the time it was ready less what its priority is worth, and never changes: whatever becomes ready
    /// later than all steps of priority are worth comes after it.
    @Test func theRankIsTheTimeLessWhatThePriorityIsWorth() async throws {
        try await withRedisStore(ageing: .milliseconds(1_000)) { store in
            let work = store.work(owner: "o", domain: "d")
            for priority in 1...5 {
                try await work.make("t", ["priority": JSONValue(priority)])
                let readyAt = try #require(try await work.tasks.get("t")?.updatedAt)
                let need = try #require(try await work.tasks.get("t")?.definition.need)
                let queue = RedisArgument(store.keys.work(owner: "o", domain: "d") + ":ready:" + need)
                let rank = try await store.redis.command("ZSCORE", queue, "t").string
                #expect(rank == "\(readyAt - Int64(priority) * 1_000)")
                for job in ["1", "2"] {
                    _ = try await work.tasks.delete(
                        "t",
                        ifVersion: nil,
                        purges: true,
                        by: "t",
                        why: "x",
                        jobID: job + "\(priority)"
                    )
                }
            }
        }
    }

    @Test func onlyWhoCanDoItGetsIt() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("skilled", ["capabilities": ["swift"]])
            try await work.make("named", ["agents": ["bob"]])
            #expect(try await work.claim("ada").isEmpty)
            #expect(try await work.claim("bob").map(\.id) == ["named"])
            try await work.register("ada", ["capabilities": ["swift"]])
            #expect(try await work.claim("ada").map(\.id) == ["skilled"])
        }
    }

    @Test func noAgentHoldsMoreThanItsCapacity() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            for index in 0..<6 { try await work.make("t\(index)") }
            try await work.register("ada", ["capacity": 3])
            let held = try await work.claim("ada", 100)
            #expect(held.count == 3)
            #expect(try await work.claim("ada", 100).isEmpty)
            #expect(try await work.agents.get("ada")?.status == .busy)
            try await work.finish(held[0], .release)
            #expect(try await work.claim("ada", 100).count == 1)
        }
    }

    @Test func whoWasGivenUpOnChangesNothing() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["retries": 3])
            let first = try #require(try await work.claim("ada", lease: .milliseconds(1)).first)
            try await work.tick { try await work.state("a") == .ready }
            let second = try #require(try await work.claim("bob").first)
            #expect(second.token > first.token)
            for kind in [TaskReport.Kind.complete(result: 1), .fail(error: [:], retry: true), .release] {
                try await expectRefusal(.conflict) { try await work.finish(first, kind) }
            }
            let renewal = try await work.tasks.renew(agentID: "ada", [.init(taskID: "a", token: first.token)])
            #expect(renewal.held.isEmpty)
            #expect(renewal.lost["a"] == .some(.running))
            #expect(try await work.finish(second, .complete(result: 2)).state == .completed)
            #expect(try await work.tasks.get("a")?.result == 2)
            #expect(try await work.agents.get("ada")?.total.lost == 1)
        }
    }

    /// The token tells two leases apart that one agent had.
    @Test func anOldLeaseOfTheSameAgentIsOver() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            let first = try #require(try await work.claim("ada", lease: .milliseconds(1)).first)
            try await work.tick { try await work.state("a") == .ready }
            let second = try #require(try await work.claim("ada").first)
            try await expectRefusal(.conflict) { try await work.finish(first, .complete(result: "old")) }
            let renewal = try await work.tasks.renew(agentID: "ada", [.init(taskID: "a", token: first.token)])
            #expect(renewal.held.isEmpty)
            try await work.finish(second, .complete(result: "new"))
            #expect(try await work.tasks.get("a")?.result == "new")
        }
    }

    @Test func aReportIsHeardOnce() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["retries": ["maximum": 1, "backoff": 0]])
            let held = try #require(try await work.claim("ada").first)
            let failure = TaskReport.Kind.fail(error: ["message": "x"], retry: true)
            let first = try await work.finish(held, failure, jobID: "j")
            #expect(first.state == .ready)
            #expect(try await work.finish(held, failure, jobID: "j") == first)
            #expect(try await work.state("a") == .ready)
        }
    }

    /// Its answer was lost: the same of the same lease is answered as the first time, anything else is refused.
    @Test(arguments: ["complete", "fail", "release"]) func theSameReportAgainIsTheFirstAnswer(kind: String) async throws
    {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["retries": ["maximum": 1, "backoff": 0]])
            let held = try #require(try await work.claim("ada").first)
            let reports: [String: (TaskReport.Kind, TaskReport.Kind)] = [
                "complete": (.complete(result: ["n": 1, "m": 2]), .complete(result: ["n": 2])),
                "fail": (.fail(error: ["message": "x"], retry: true), .fail(error: ["message": "x"], retry: false)),
                "release": (.release, .complete(result: 1)),
            ]
            let (same, other) = try #require(reports[kind])
            let first = try await work.finish(held, same)
            // Also when others have had it since.
            if kind != "complete" { #expect(try await work.claim("bob").count == 1) }
            let state = try await work.state("a")
            #expect(try await work.finish(held, same) == first)
            #expect(try await work.state("a") == state)
            try await expectRefusal(.conflict) { try await work.finish(held, other) }
            #expect(try await work.tasks.get("a")?.attempts == (kind == "fail" ? 2 : 1))
        }
    }

    @Test func failuresAreTriedAgainAsOftenAsAllowed() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["retries": ["maximum": 2, "backoff": 0.001]])
            for attempt in 1...3 {
                try await work.tick { try await work.state("a") == .ready }
                let held = try #require(try await work.claim("ada").first)
                #expect(held.attempts == attempt)
                try await work.finish(held, .fail(error: ["message": "no"], retry: true))
            }
            let task = try #require(try await work.tasks.get("a"))
            #expect(task.state == .failed)
            #expect(task.error == ["message": "no"])
            try await work.make("b", ["retries": 5])
            let held = try #require(try await work.claim("ada").first)
            #expect(try await work.finish(held, .fail(error: "never", retry: false)).state == .failed)
        }
    }

    @Test func whatTakesTooLongIsTakenAway() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["timeout": 0.001])
            _ = try await work.claim("ada")
            try await work.tick { try await work.state("a") == .failed }
        }
    }

    @Test func aTaskThatLosesItsAgentsFailsInTheEnd() async throws {
        try await withRedisStore(losses: 3) { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            for _ in 0..<3 {
                _ = try await work.claim("ada", lease: .milliseconds(1))
                try await work.tick { try await work.state("a") != .running }
            }
            #expect(try await work.state("a") == .failed)
        }
    }

    @Test func aSilentAgentIsOfflineAndGivesUpWhatItHolds() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("ada", ["heartbeat_ttl": 1, "capacity": 3])
            try await work.make("held")
            _ = try await work.claim("ada", lease: .seconds(3_600))
            try await work.make("queued")
            try await work.make("pinned", assignee: "ada")
            let pairing = TaskPairing(taskID: "queued", agentID: "ada")
            #expect(try await work.assign([pairing], isPinned: false, by: "t", jobID: "j") == [nil])
            try await work.tick { try await work.state("held") == .ready }
            #expect(try await work.agents.get("ada")?.status == .offline)
            #expect(try await work.state("queued") == .ready)
            #expect(try await work.state("pinned") == .assigned)
            _ = try await work.tasks.renew(agentID: "ada", nil)
            #expect(try await work.agents.get("ada")?.status == .idle)
        }
    }

    @Test func progressIsTakenDownAndRenews() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            let held = try #require(try await work.claim("ada").first)
            let renewal = try await work.tasks.renew(
                agentID: "ada",
                [.init(taskID: "a", token: held.token)],
                progress: .init(fraction: 0.5, message: "half")
            )
            #expect(renewal.held["a"] ?? 0 >= held.leaseUntil ?? .max)
            let task = try #require(try await work.tasks.get("a"))
            #expect(task.progress == 0.5)
            #expect(task.progressMessage == "half")
        }
    }
}

/// With other rules than the usual.
func withRedisStore(
    ageing: Duration = .seconds(60),
    losses: Int = 10,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Store) async throws -> Void
) async throws {
    try await withStore { store in
        var rules = WorkRules()
        rules.ageing = ageing
        rules.losses = losses
        try await body(
            Store(
                redis: store.redis,
                catalog: NovaPools.catalog,
                keys: store.keys,
                retention: store.retention,
                workRules: rules
            )
        )
    }
}
