import NovaContract
import NovaStore
import NovaTestKit
import Testing
import WorkPool

/// Tasks that wait for tasks.
@Suite(.timeLimit(.minutes(2))) struct DependencyTests {
    @Test func aTaskIsReadyWhenAllItWaitsForAreCompleted() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            try await work.make("b")
            #expect(try await work.make("c", ["dependencies": ["a", "b"]])?.state == .blocked)
            _ = try await work.change("a", ["status": "completed"])
            #expect(try await work.state("c") == .blocked)
            #expect(try await work.tasks.get("c")?.waiting == ["b"])
            _ = try await work.change("b", ["status": "completed"])
            #expect(try await work.state("c") == .ready)
            #expect(try await work.make("d", ["dependencies": ["a"]])?.state == .ready)
        }
    }

    @Test(arguments: [("fail", TaskState.failed), ("skip", .cancelled), ("run", .ready)])
    func aFailureDoesWhatTheDependentSays(policy: String, state: TaskState) async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let rule: JSONObject = ["dependencies": ["a"], "on_dependency_failure": .string(policy)]
            try await work.make("a")
            try await work.make("before", rule)
            _ = try await work.change("a", ["status": "failed", "error": "broken"])
            #expect(try await work.state("before") == state)
            #expect(try await work.make("after", rule)?.state == state)
        }
    }

    @Test func aFailureGoesDownALongChain() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let chain: [JSONValue] = (0..<1_000).map {
                ["type": "t", "task_id": .string("t\($0)"), "dependencies": $0 == 0 ? [] : [.string("t\($0 - 1)")]]
            }
            let tasks = try NewTasks(batchID: "b", body: ["tasks": .array(chain)], now: 0).tasks
            _ = try await work.tasks.create(tasks, by: "t", jobID: "j")
            _ = try await work.change("t0", ["status": "failed"])
            try await work.tick { try await work.state("t999") == .failed }
            #expect(try await work.tasks.counts()[.failed] == 1_000)
        }
    }

    @Test func cyclesAndUnknownIDsAreRefused() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await expectRefusal(.validationError) { try await work.make("a", ["dependencies": ["nobody"]]) }
            #expect(try await work.tasks.get("a") == nil)
            try await work.make("a")
            try await work.make("b", ["dependencies": ["a"]])
            try await work.make("c", ["dependencies": ["b"]])
            for id in ["a", "b", "c"] {
                try await expectRefusal(.validationError) {
                    _ = try await work.change("a", ["dependencies": [.string(id)]])
                }
            }
            try await expectRefusal(.validationError) {
                try await work.make("d", ["parent_id": "a", "dependencies": ["c"]])
            }
            let circle: JSONValue = [
                "tasks": [
                    ["type": "t", "task_id": "x", "dependencies": ["y"]],
                    ["type": "t", "task_id": "y", "dependencies": ["x"]],
                ]
            ]
            #expect(throws: NovaError.self) { try NewTasks(batchID: "b", body: circle, now: 0) }
        }
    }

    @Test func changedDependenciesAreWaitedFor() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            try await work.make("b")
            try await work.make("c", ["dependencies": ["a"]])
            #expect(try await work.change("c", ["dependencies": ["b"]]).state == .blocked)
            _ = try await work.change("a", ["status": "completed"])
            #expect(try await work.state("c") == .blocked)
            #expect(try await work.change("c", ["dependencies": []]).state == .ready)
            _ = try await work.change("b", ["status": "failed"])
            #expect(try await work.state("c") == .ready)
        }
    }

    @Test func aParentWaitsForItsSubtasksAndTakesThemWithIt() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let nested: JSONValue = [["type": "s", "task_id": "s1"], ["type": "s"]]
            #expect(try await work.make("p", ["subtasks": nested])?.state == .blocked)
            #expect(try await work.tasks.get("p")?.subtasks == ["p.2", "s1"])
            try await work.make("s3", ["parent_id": "p"])
            for id in ["s1", "p.2"] { _ = try await work.change(id, ["status": "completed"]) }
            #expect(try await work.state("p") == .blocked)
            _ = try await work.tasks.delete("p", ifVersion: nil, by: "t", why: "x", jobID: "1")
            #expect(try await work.state("s3") == .cancelled)
        }
    }

    @Test func aBatchIsMadeWholeOrNotAtAll() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("taken")
            let body: JSONValue = ["tasks": [["type": "t", "task_id": "new"], ["type": "t", "task_id": "taken"]]]
            let tasks = try NewTasks(batchID: "b", body: body, now: 0).tasks
            try await expectRefusal(.conflict) { _ = try await work.tasks.create(tasks, by: "t", jobID: "j") }
            #expect(try await work.tasks.get("new") == nil)
        }
    }

    /// Random graphs, worked on by several agents at once, some of whose attempts fail: each task once, in order.
    @Test(arguments: 1...4) func randomGraphsAreDoneInOrder(seed: Int) async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            var generator = SplitMix64(seed: UInt64(seed))
            var before: [String: Set<String>] = [:]
            let bodies: [JSONValue] = (0..<150).map { index in
                let count = index == 0 ? 0 : Int.random(in: 0...min(index, 4), using: &generator)
                let ids = Set((0..<count).map { _ in "t\(Int.random(in: 0..<index, using: &generator))" })
                before["t\(index)"] = ids
                return [
                    "type": "t", "task_id": .string("t\(index)"), "dependencies": JSONValue(ids.sorted()),
                    "retries": 100,
                    "priority": JSONValue(Int.random(in: 1...5, using: &generator)),
                ]
            }
            let tasks = try NewTasks(batchID: "b", body: ["tasks": .array(bodies)], now: 0).tasks
            _ = try await work.tasks.create(tasks, by: "t", jobID: "j")
            let done = try await withThrowingTaskGroup(of: [String].self) { group in
                for agent in 0..<5 {
                    group.addTask { try await Self.labour("agent\(agent)", work, failingOneIn: 5) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(done.count == 150)
            #expect(Set(done).count == 150)
            let records = try await work.tasks.summaries((0..<150).map { "t\($0)" })
            let ends = Dictionary(records.map { ($0.id, $0.finishedAt ?? 0) }) { $1 }
            for record in records {
                for id in before[record.id] ?? [] { #expect(ends[id] ?? 0 <= record.startedAt ?? 0) }
            }
        }
    }

    private static func labour(_ agent: String, _ work: WorkSpace, failingOneIn rate: Int) async throws -> [String] {
        var done: [String] = []
        while try await work.tasks.counts()[.completed] ?? 0 < 150 {
            for task in try await work.claim(agent) {
                if Int.random(in: 0..<rate) == 0 {
                    try await work.finish(task, .fail(error: ["message": "chance"], retry: true))
                } else {
                    try await work.finish(task, .complete(result: .null))
                    done.append(task.id)
                }
            }
            _ = try await work.tick()
        }
        return done
    }
}
