import NovaContract
import NovaStore
import RedisClient
import Testing
import WorkPool

/// A task's way from its creation to its end.
@Suite(.timeLimit(.minutes(2))) struct TaskLifeTests {
    @Test func theStraightWayIsRecordedAndTold() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            #expect(try await work.make("a")?.state == .ready)
            let claimed = try await work.claim("ada")
            #expect(claimed.map(\.id) == ["a"])
            #expect(claimed.first?.token == 1)
            let standing = try await work.finish(try #require(claimed.first), .complete(result: ["n": 1]))
            #expect(standing.state == .completed)
            let task = try #require(try await work.tasks.get("a"))
            #expect(task.result == ["n": 1])
            #expect(task.history.map { $0["to"] } == ["ready", "running", "completed"])
            #expect(task.history.map { $0["from"] } == ["created", "ready", "running"])
            #expect(task.version == 3)
            let begin = try #require(EventID("0-0"))
            let events = try await store.events.events(owner: "o", after: begin, count: 99)
            #expect(
                events.map(\.name) == [
                    "task.ready", "agent.registered", "agent.online", "task.running", "task.completed",
                ]
            )
            #expect(events.last?.channels == ["task:a", "tasks", "agent:ada"])
            let data = try JSONValue(parsing: try #require(events.last?.data))
            #expect(data["result"] == ["n": 1])
            #expect(Timestamp.date(data["timestamp"]?.stringValue ?? "") != nil)
        }
    }

    @Test func aJobMakesItsTaskOnce() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let first = try await work.make("a", jobID: "j")
            _ = try await work.claim("ada")
            #expect(try await work.make("a", jobID: "j") == first)
            try await expectRefusal(.conflict) { try await work.make("a", jobID: "k") }
        }
    }

    /// Whichever is first: a completion that was heard is kept, a cancellation that was heard stays one.
    @Test func aCompletionAndACancellationAtOnceLoseNoResult() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            for index in 0..<30 {
                let id = "t\(index)"
                try await work.make(id)
                let held = try #require(try await work.claim("ada").first)
                async let completion = try? await work.finish(held, .complete(result: 1)).state
                async let deletion = work.tasks.delete(id, ifVersion: nil, by: "t", why: "x", jobID: "d\(index)")
                let (completed, deleted) = (await completion, try await deletion)
                let task = try #require(try await work.tasks.get(id))
                if completed == .completed {
                    #expect(task.state == .completed && task.result == 1)
                    #expect(deleted == .ended(.completed, version: task.version))
                } else {
                    #expect(task.state == .cancelled && deleted == .cancelled(version: task.version))
                }
            }
        }
    }

    @Test func anEndStays() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            for (index, end) in ["completed", "failed", "cancelled"].enumerated() {
                let id = "t\(index)"
                try await work.make(id)
                #expect(try await work.change(id, ["status": .string(end)]).state.rawValue == end)
                for other in ["ready", "running", "completed", "failed", "cancelled"] {
                    try await expectRefusal(.conflict) { _ = try await work.change(id, ["status": .string(other)]) }
                }
            }
        }
    }

    @Test func onlyTheVersionThatWasReadIsChanged() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            let second = try await work.change("a", ["priority": 5], ifVersion: 1)
            #expect(second.version == 2)
            try await expectRefusal(.preconditionFailed) {
                _ = try await work.change("a", ["priority": 2], ifVersion: 1)
            }
            #expect(try await work.tasks.get("a")?.definition.priority == 5)
            try await expectRefusal(.preconditionFailed) {
                _ = try await work.tasks.delete("a", ifVersion: 1, by: "t", why: "x", jobID: "d")
            }
        }
    }

    @Test func whatHasBegunKeepsItsMembers() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            _ = try await work.claim("ada")
            try await expectRefusal(.conflict) { _ = try await work.change("a", ["priority": 5]) }
            _ = try await work.change("a", ["labels": ["k": "v"]])
            #expect(try await work.tasks.get("a")?.definition.labels == ["k": "v"])
        }
    }

    @Test func deletingCancelsAndThenForgets() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            let held = try #require(try await work.claim("ada").first)
            let first = try await work.tasks.delete("a", ifVersion: nil, by: "t", why: "not wanted", jobID: "1")
            #expect(first == .cancelled(version: 3))
            try await expectRefusal(.conflict) { try await work.finish(held, .complete(result: 1)) }
            #expect(try await work.tasks.renew(agentID: "ada", nil).held.isEmpty)
            #expect(try await work.tasks.delete("a", ifVersion: nil, by: "t", why: "", jobID: "1") == first)
            let second = try await work.tasks.delete("a", ifVersion: nil, by: "t", why: "", jobID: "2")
            #expect(second == .ended(.cancelled, version: 3))
            let third = try await work.tasks.delete("a", ifVersion: nil, purges: true, by: "t", why: "", jobID: "3")
            #expect(third == .deleted)
            #expect(try await work.tasks.get("a") == nil)
            #expect(try await work.tasks.counts().values.allSatisfy { $0 == 0 })
        }
    }

    @Test func aDeadlineExpiresWhateverItIs() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("running", ["deadline": 0.001])
            let held = try #require(try await work.claim("ada").first)
            try await work.make("ready", ["deadline": 0.001])
            try await work.make(
                "blocked",
                ["deadline": 0.001, "dependencies": ["running"], "on_dependency_failure": "run"]
            )
            try await work.tick { try await work.state("running") == .expired }
            try await work.tick { try await work.state("ready") == .expired }
            try await work.tick { try await work.state("blocked") == .expired }
            try await expectRefusal(.conflict) { try await work.finish(held, .complete(result: 1)) }
        }
    }

    @Test func domainsAndOwnersDoNotSeeEachOther() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            for other in [store.work(owner: "o", domain: "e"), store.work(owner: "p", domain: "d")] {
                #expect(try await other.tasks.get("a") == nil)
                #expect(try await other.claim("ada").isEmpty)
                try await expectRefusal(.validationError) { try await other.make("b", ["dependencies": ["a"]]) }
            }
        }
    }

    @Test func pagesHoldEachTaskOnce() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            let body: JSONValue = ["tasks": .array((0..<250).map { ["type": "t", "task_id": .string("x:\($0)_y")] })]
            let tasks = try NewTasks(batchID: "b", body: body, now: 0).tasks
            #expect(try await work.tasks.create(tasks, by: "t", jobID: "j").count == 250)
            var seen: [String] = []
            var cursor: ListCursor?
            repeat {
                let page = try await work.tasks.list(cursor: cursor, limit: 60) { $0.state == .ready }
                seen += page.elements.map(\.id)
                cursor = page.next.flatMap { ListCursor($0.text) }
            } while cursor != nil
            #expect(seen.count == 250)
            #expect(Set(seen).count == 250)
        }
    }

    @Test func endedTasksLeaveAfterTheirTime() async throws {
        var retention = Retention()
        retention.tasks = .milliseconds(1)
        try await withStore(retention: retention) { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            _ = try await work.change("a", ["status": "completed"])
            try await work.tick { try await work.tasks.get("a") == nil }
            let page = try await work.tasks.list(cursor: nil, limit: 9) { _ in true }
            #expect(page.elements.isEmpty)
        }
    }
}
