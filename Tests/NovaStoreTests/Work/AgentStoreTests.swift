import NovaContract
import NovaStore
import Testing
import WorkPool

/// Agents, queues and coordinations as they are kept.
@Suite(.timeLimit(.minutes(2))) struct AgentStoreTests {
    @Test func anAgentIsKeptAsItWasRegistered() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let body: JSONValue = [
                "capabilities": ["a"], "capacity": 4, "labels": ["k": "v"], "cost": 1.5, "heartbeat_ttl": 9,
            ]
            let agent = try AgentDefinition(agentID: "x", body: body)
            let first = try await work.agents.put(agent, ifVersion: nil, by: "t", jobID: "1")
            #expect(first.version == 1)
            #expect(!first.existed)
            #expect(try await work.agents.put(agent, ifVersion: nil, by: "t", jobID: "1") == first)
            #expect(try await work.agents.put(agent, ifVersion: 1, by: "t", jobID: "2").version == 2)
            try await expectRefusal(.preconditionFailed) {
                _ = try await work.agents.put(agent, ifVersion: 1, by: "t", jobID: "3")
            }
            let kept = try #require(try await work.agents.get("x"))
            #expect(kept.definition == agent)
            #expect(kept.status == .idle)
        }
    }

    /// `If-Match: *` with `If-None-Match: "1"`.
    @Test func anAgentOfAnotherVersionIsChanged() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            func put(_ condition: VersionCondition) async throws {
                let agent = AgentDefinition(agentID: "x")
                _ = try await work.agents.put(agent, ifVersion: condition, by: "t", jobID: UUIDv7.make())
            }
            try await expectRefusal(.preconditionFailed) { try await put(.isOtherThan([7])) }
            try await put(.isAbsent)
            try await expectRefusal(.preconditionFailed) { try await put(.isOtherThan([1, 7])) }
            try await put(.isOtherThan([7]))
            try await put(.isOtherThan([]))
            #expect(try await work.agents.get("x")?.version == 3)
        }
    }

    /// A task that names nobody waits for those who could do it, and says what they wait for.
    @Test func aTaskForWhoeverCanSaysWhyNobodyTakesIt() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            func reason(_ id: String) async throws -> String? {
                try await work.agents.reasonOfWaiting(try #require(try await work.tasks.get(id)))
            }
            try await work.make("anybody's")
            try await work.make("x's", ["capabilities": ["x"]])
            #expect(try await reason("anybody's") == nil)
            #expect(try await reason("x's") == "no agent here has all the capabilities it needs: x")
            try await work.register("other")
            try await work.register("m", ["kind": "model", "capabilities": ["x", "y"]])
            let why = try #require(try await reason("x's"))
            #expect(why.hasPrefix("m is offline: no coordination worker speaks for it"))
            #expect(try await reason("anybody's") == nil)
            // It is there now, and has only not come for it yet.
            _ = try await work.claim("m", 0)
            #expect(try await reason("x's") == nil)
            for number in 0..<12 {
                try await work.register("n\(number)", ["kind": "model", "capabilities": ["z"]])
            }
            try await work.make("z's", ["capabilities": ["z"]])
            #expect(try await reason("z's")?.hasSuffix("; and 2 more are offline") == true)
            for number in 0..<100 { try await work.register("p\(number)", ["kind": "declared"]) }
            #expect(try await reason("z's") == nil)
        }
    }

    @Test func whoIsNamedIsThere() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", assignee: "nobody")
            let agent = try #require(try await work.agents.get("nobody"))
            #expect(agent.definition == AgentDefinition(agentID: "nobody", kind: .declared))
            #expect(agent.status == .unattended)
            #expect(agent.assigned == ["a"])
            #expect(try await work.claim("nobody").map(\.id) == ["a"])
        }
    }

    @Test func whatAnAgentHeldGoesToOthersWhenItIsTakenOut() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("pinned", assignee: "x")
            try await work.make("held")
            _ = try await work.claim("x", 1)
            #expect(try await work.agents.delete("x", ifVersion: nil, by: "t", jobID: "1").existed)
            #expect(try await work.agents.get("x") == nil)
            #expect(try await work.claim("y", 1).count == 1)
            #expect(try await work.claim("z", 1).count == 1)
            try await expectRefusal(.resourceNotFound) {
                _ = try await work.agents.delete("x", ifVersion: nil, by: "t", jobID: "2")
            }
        }
    }

    /// What an agent was given because it could do it goes to others when it cannot any more, whoever gave it.
    @Test(arguments: [true, false]) func whoCannotDoItAnyMoreLosesIt(isPinned: Bool) async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("n1", ["capabilities": ["x"], "capacity": 9])
            try await work.make("a", ["capabilities": ["x"]])
            try await work.make("any")
            let pairs = ["a", "any"].map { TaskPairing(taskID: $0, agentID: "n1") }
            #expect(try await work.assign(pairs, isPinned: isPinned, by: "t", jobID: "1") == [nil, nil])
            try await work.register("n1", ["capabilities": ["y", "x"], "capacity": 9])
            #expect(try await work.state("a") == .assigned)
            try await work.register("n1", ["capabilities": ["y"], "capacity": 9])
            #expect(try await work.state("a") == .ready)
            #expect(try await work.claim("n1", 9).map(\.id) == ["any"])
            try await work.register("n2", ["capabilities": ["x"]])
            #expect(try await work.claim("n2", 9).map(\.id) == ["a"])
        }
    }

    @Test func aTaskThatIsForOthersNowLeavesTheQueue() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("n1")
            try await work.make("a")
            let pair = [TaskPairing(taskID: "a", agentID: "n1")]
            #expect(try await work.assign(pair, isPinned: false, by: "t", jobID: "1") == [nil])
            #expect(try await work.change("a", ["agents": ["n2"]]).state == .ready)
            #expect(try await work.assign(pair, isPinned: false, by: "t", jobID: "2") != [nil])
            #expect(try await work.claim("n1").isEmpty)
            #expect(try await work.claim("n2").map(\.id) == ["a"])
        }
    }

    /// A person said so, whatever it can do.
    @Test func whatAPersonGaveToOneThatNeverCouldStays() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("n1", ["capabilities": ["z"]])
            try await work.make("a", ["capabilities": ["x"]])
            let pair = [TaskPairing(taskID: "a", agentID: "n1")]
            #expect(try await work.assign(pair, isPinned: true, by: "t", jobID: "1") == [nil])
            try await work.register("n1", ["capabilities": ["y"]])
            #expect(try await work.claim("n1").map(\.id) == ["a"])
        }
    }

    /// Of a long queue some tasks at a time are passed on: with the ticks that follow, whoever dies in between.
    @Test func aLongQueueIsPassedOnInSlices() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("n1", ["capabilities": ["x"]])
            let bodies: [JSONValue] = (0..<120).map {
                ["type": "t", "task_id": .string("t\($0)"), "capabilities": ["x"]]
            }
            var tasks = try NewTasks(batchID: "b", body: ["tasks": .array(bodies)], now: 0).tasks
            for index in tasks.indices { tasks[index].assignee = "n1" }
            _ = try await work.tasks.create(tasks, by: "t", jobID: "j")
            try await work.register("n1", ["capabilities": ["y"]])
            #expect(try await work.tasks.counts()[.ready] == 50)
            try await work.tick { try await work.tasks.counts()[.ready] == 120 }
            let pairs = (0..<120).map { TaskPairing(taskID: "t\($0)", agentID: "n2") }
            #expect(try await work.assign(pairs, isPinned: true, by: "t", jobID: "1").allSatisfy { $0 == nil })
            #expect(try await work.agents.delete("n2", ifVersion: nil, by: "t", jobID: "2").existed)
            #expect(try await work.tasks.counts()[.assigned] == 70)
            try await work.tick { try await work.tasks.counts()[.ready] == 120 }
        }
    }

    @Test func novaFillsNobodyAndPeopleMay() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            for index in 0..<4 { try await work.make("t\(index)") }
            try await work.register("x", ["capacity": 1])
            let pairs = (0..<2).map { TaskPairing(taskID: "t\($0)", agentID: "x", version: 1) }
            let verdicts = try await work.assign(pairs, isPinned: false, by: "t", jobID: "1")
            #expect(verdicts == [nil, "the agent x is full"])
            #expect(try await work.assign(pairs, isPinned: false, by: "t", jobID: "1") == verdicts)
            let stale = [TaskPairing(taskID: "t2", agentID: "x", version: 7)]
            #expect(try await work.assign(stale, isPinned: true, by: "t", jobID: "2")[0] != nil)
            let more = [TaskPairing(taskID: "t2", agentID: "x"), TaskPairing(taskID: "t3", agentID: "new")]
            #expect(try await work.assign(more, isPinned: true, by: "t", jobID: "3") == [nil, nil])
            #expect(try await work.agents.get("x")?.assigned == ["t0", "t2"])
            let moved = [TaskPairing(taskID: "t2", agentID: "new")]
            #expect(try await work.assign(moved, isPinned: true, by: "t", jobID: "4") == [nil])
            #expect(try await work.agents.get("new")?.assigned == ["t2", "t3"])
        }
    }

    @Test func aLookShowsWhatIsReadyFirstThingsFirst() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("low")
            try await work.make("high", ["priority": 4, "capabilities": ["c"]])
            try await work.make("waits", ["dependencies": ["low"]])
            try await work.register("x")
            let view = try await work.look()
            #expect(view.tasks.map(\.id) == ["high", "low"])
            #expect(view.agents.map(\.definition.agentID) == ["x"])
            #expect(try await work.look(taskIDs: ["waits"]).tasks.map(\.state) == [.blocked])
            #expect(try await work.look(taskIDs: []).tasks.isEmpty)
        }
    }

    @Test func recordsAreCountedByType() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a", ["type": "x"])
            try await work.make("b", ["type": "y"])
            for _ in 0..<2 {
                let task = try #require(try await work.claim("ada").first)
                let isX = task.definition.type == "x"
                try await work.finish(task, isX ? .complete(result: 1) : .fail(error: [:], retry: false))
            }
            let record = try #require(try await work.agents.get("ada")?.record)
            #expect(record["x"]?.completed == 1)
            #expect(record["y"]?.failed == 1)
        }
    }

    @Test func stepsOfACoordinationFollowEachOther() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            func step(_ version: Int, _ text: String) -> CoordinationStep {
                CoordinationStep(
                    id: "c",
                    version: version,
                    status: "running",
                    state: ["text": .string(text)],
                    messages: [["content": .string(text)]],
                    event: "coordination.step",
                    data: ["round": 1]
                )
            }
            #expect(try await work.coordinations.save(step(0, "one"), by: "t") == 1)
            #expect(try await work.coordinations.save(step(0, "other"), by: "t") == nil)
            #expect(try await work.coordinations.save(step(1, "two"), by: "t") == 2)
            let kept = try #require(try await work.coordinations.get("c"))
            #expect(kept.state == ["text": "two"])
            #expect(kept.messages.map { $0["content"] } == ["one", "two"])
            let begin = try #require(EventID("0-0"))
            let events = try await store.events.events(owner: "o", after: begin, count: 9)
            #expect(
                events.map(\.name) == [
                    "coordination.message", "coordination.step", "coordination.message", "coordination.step",
                ]
            )
            #expect(try await work.coordinations.get("nobody") == nil)
        }
    }

    @Test func theEndOfAPartWakesItsCoordination() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("part", coordination: "c", assignee: "x")
            let standing = try await work.make("part", coordination: "c", assignee: "x", jobID: "other")
            #expect(standing?.state == .assigned)
            let task = try #require(try await work.claim("x").first)
            #expect(task.coordination == "c")
        }
    }
}
