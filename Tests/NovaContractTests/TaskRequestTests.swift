import NovaContract
import Testing
import WorkPool

/// Requests for tasks as clients send them: what is not known is said, and everything has a bound.
@Suite struct TaskRequestTests {
    private static func pointers(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as NovaError {
            return error.details.map(\.pointer.description)
        } catch {
            return ["\(error)"]
        }
    }

    private static func task(_ members: JSONObject, source: JSONValue.Source = .request) throws -> [NewTask] {
        let body = JSONValue.object(members.merging(["type": "t"]) { own, _ in own })
        return try NewTasks(taskID: "t", body: body, now: 1_000, source: source).tasks
    }

    @Test func aMemberThatIsNotKnownIsRefusedWhereverItStands() throws {
        let wrong: [(JSONObject, String)] = [
            (["dependancies": ["x"]], "/dependancies"),
            (["subtasks": [["type": "t", "dependencys": []]]], "/subtasks/0/dependencys"),
            (["retries": ["maximun": 3]], "/retries/maximun"),
        ]
        for (members, pointer) in wrong {
            #expect(Self.pointers { _ = try Self.task(members) } == [pointer])
            // What a newer Nova wrote is read.
            #expect(Self.pointers { _ = try Self.task(members, source: .record) } == [])
        }
        let refusal = #expect(throws: NovaError.self) { try Self.task(["dependancies": ["x"]]) }
        #expect(refusal?.message.contains("dependencies") == true)
        #expect(try Self.task(["x-mine": 1, "parameters": ["anything": 1], "labels": ["l": "v"]]).count == 1)
        let batch: JSONValue = ["tasks": [["type": "t"]], "task": 1]
        #expect(Self.pointers { _ = try NewTasks(batchID: "b", body: batch, now: 0, source: .request) } == ["/task"])
    }

    /// Bodies as clients of earlier versions send them.
    @Test func olderClientsGoOn() throws {
        let body: JSONValue = [
            "type": "t", "parameters": ["a": 1], "priority": 3, "deadline": 60, "dependencies": [],
            "domain": "personal",
        ]
        #expect(try NewTasks(taskID: "t", body: body, now: 0, source: .request).tasks.count == 1)
        let change: JSONValue = ["type": "t", "priority": 2, "status": "running"]
        #expect(try TaskChange(taskID: "t", body: change, now: 0, source: .request).transition == .running)
        let free: JSONValue = ["agent_id": "a", "task": ["name": "in their own words"], "constraints": ["max": 1]]
        let assigned = try AssignRequest(agentID: "a", taskID: "t", body: free, now: 0, source: .request)
        guard case .new(let tasks) = assigned.subject else {
            Issue.record("no task is made")
            return
        }
        #expect(tasks.tasks.first?.definition.parameters == ["name": "in their own words"])
    }

    @Test func anEmptyListOfAgentsIsNotAnybody() throws {
        #expect(Self.pointers { _ = try Self.task(["agents": []]) } == ["/agents"])
        #expect(try Self.task(["agents": .null]).first?.definition.agents == [])
        #expect(try Self.task(["agents": []], source: .record).count == 1)
        // A change can say that anybody may do it from now on.
        let change = try TaskChange(taskID: "t", body: ["agents": .null], now: 0, source: .request)
        var known = TaskDefinition(type: "t")
        known.agents = ["a"]
        #expect(change.applied(to: known).agents == [])
    }

    @Test(
        arguments: [
            .integer(.min), .integer(.max), .number(1e308), .number(-1e308), .number(-9_223_372_036_854_775_808),
            .integer(1_700_000_000), .integer(1_700_000_000_000), .integer(-1), "2027-02-30T00:00:00Z", "tomorrow", [],
            .bool(true), .literal("18446744073709551615"), .literal("1e999"),
        ] as [JSONValue]
    )
    func aDeadlineThatIsNoMomentIsRefused(deadline: JSONValue) {
        #expect(Self.pointers { _ = try Self.task(["deadline": deadline]) } == ["/deadline"])
    }

    @Test(arguments: ["batch", "assign", ".", "..", "cafe\u{301}", "a\u{0}b", ""])
    func whatCouldNotBeReachedIsNotMade(id: String) throws {
        #expect(Self.pointers { _ = try Self.task(["task_id": .string(id)]) } == ["/task_id"])
        let batch: JSONValue = [
            "tasks": [["type": "t"], ["type": "t", "subtasks": [["type": "t", "task_id": .string(id)]]]]
        ]
        let found = Self.pointers { _ = try NewTasks(batchID: "b", body: batch, now: 0, source: .request) }
        #expect(found == ["/tasks/1/subtasks/0/task_id"])
    }

    /// The id that a subtask gets where it names none must be one that can be named.
    @Test func anIDThatNovaMakesUpIsOneThatCanBeReached() {
        let body: JSONValue = [
            "type": "t", "task_id": .string(String(repeating: "x", count: 200)), "subtasks": [["type": "t"]],
        ]
        #expect(
            Self.pointers { _ = try NewTasks(taskID: "t", body: body, now: 0, source: .request) } == [
                "/subtasks/0/task_id"
            ]
        )
    }

    @Test func countsAndTotalsAreBounded() throws {
        let many: [JSONObject] = [
            ["capabilities": JSONValue((0..<101).map { "c\($0)" })],
            ["labels": .object(JSONObject((0..<101).map { ("l\($0)", JSONValue.string("v")) }))],
            ["agents": JSONValue((0..<100).map { String(repeating: "a", count: 190) + "\($0)" })],
            ["dependencies": JSONValue((0..<1_001).map { "d\($0)" })],
            ["parameters": ["p": .string(String(repeating: "x", count: 1 << 20))]],
            ["capabilities": [.string(String(repeating: "x", count: 201))]],
            ["capabilities": ["cafe\u{301}"]],
        ]
        for members in many {
            let found = Self.pointers { _ = try Self.task(members) }
            #expect(found.allSatisfy { $0.hasPrefix("/" + (members.keys.first ?? "")) } && found.count == 1, "\(found)")
        }
        let names = JSONValue((0..<600).map { "d\($0)" })
        let batch: JSONValue = ["tasks": .array((0..<9).map { _ in ["type": "t", "dependencies": names] })]
        #expect(Self.pointers { _ = try NewTasks(batchID: "b", body: batch, now: 0, source: .request) } == ["/tasks"])
        let wide: JSONValue = ["type": "t", "subtasks": .array(Array(repeating: ["type": "t"], count: 1_001))]
        #expect(Self.pointers { _ = try NewTasks(taskID: "t", body: wide, now: 0, source: .request) } == ["/subtasks"])
    }

    @Test func whatWouldBeLeftOutIsSaid() throws {
        let bodies: [(JSONValue, String)] = [
            (["result": 1], "/result"), (["status": "failed", "result": 1], "/result"),
            (["status": "completed", "error": "x"], "/error"), (["state": "completed"], "/state"),
        ]
        for (body, pointer) in bodies {
            #expect(
                Self.pointers { _ = try TaskChange(taskID: "t", body: body, now: 0, source: .request) } == [pointer]
            )
        }
        let large = JSONValue.string(String(repeating: "x", count: 300_000))
        let change: JSONValue = ["status": "completed", "result": large]
        #expect(
            Self.pointers { _ = try TaskChange(taskID: "t", body: change, now: 0, source: .request) } == ["/result"]
        )
        let report: JSONValue = ["agent_id": "a", "token": 1, "resultt": 1]
        #expect(
            Self.pointers { _ = try TaskReport(.complete, taskID: "t", body: report, source: .request) } == ["/resultt"]
        )
        #expect(Self.pointers { _ = try ClaimRequest(body: ["maximum": 1], source: .request) } == ["/maximum"])
        #expect(Self.pointers { _ = try ClaimRequest(body: ["lease": .integer(.min)], source: .request) } == ["/lease"])
        let beat: JSONValue = ["tasks": [["task_id": "t", "token": 1, "tokn": 1]]]
        #expect(
            Self.pointers { _ = try HeartbeatRequest(agentID: "a", body: beat, source: .request) } == ["/tasks/0/tokn"]
        )
        let assign: JSONValue = ["task_ids": ["a"], "dryrun": true]
        #expect(Self.pointers { _ = try AssignmentRequest(body: assign, source: .request) } == ["/dryrun"])
        #expect(Self.pointers { _ = try TaskDeletion(body: ["purge": "yes"], source: .request) } == ["/purge"])
    }

    /// What is said of another agent or task is not carried out for those of the path; `type` and `ref` are of sockets.
    @Test func aReportIsOfTheTaskOfItsPath() throws {
        for form in [TaskReport.Form.complete, .fail, .release, .progress] {
            func pointers(_ more: JSONObject) -> [String] {
                let body = more.merging(["agent_id": "a", "token": 1]) { own, _ in own }
                return Self.pointers { _ = try TaskReport(form, taskID: "t", body: .object(body), source: .request) }
            }
            #expect(pointers(["task_id": "t"]) == [])
            #expect(pointers(["task_id": "other"]) == ["/task_id"])
            #expect(pointers(["type": "complete", "ref": "r"]) == ["/ref", "/type"])
        }
        func beat(_ body: JSONValue) -> [String] {
            Self.pointers { _ = try HeartbeatRequest(agentID: "a", body: body, source: .request) }
        }
        #expect(beat(["agent_id": "a"]) == [])
        #expect(beat(["agent_id": "b"]) == ["/agent_id"])
        #expect(beat(["type": "heartbeat", "ref": "r"]) == ["/ref", "/type"])
        // What an older Nova published is read.
        let old: JSONValue = ["agent_id": "a", "token": 1, "task_id": "other", "type": "complete"]
        #expect(try TaskReport(.complete, taskID: "t", body: old).taskID == "t")
    }

    @Test func aBodyThatNobodyLooksAtIsRefused() throws {
        for body in [[:], ["domain": "d"], ["x-mine": 1]] as [JSONValue] { try BareRequest.check(body) }
        for (body, words) in [
            (["domian": "d"], "did you mean \"domain\""), (["force": true], "is not known"), ([1], "must be an object"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: NovaError.self) { try BareRequest.check(body) }
            #expect(error?.details.first?.message.contains(words) == true, "\(body.jsonString)")
        }
        #expect(throws: NovaError.self) { try BareRequest.check(["domain": "d"], knowing: []) }
    }

    /// `1767225600` in quotes is as little a deadline as without them, and the answer says what is.
    @Test func anEpochIsNoDeadlineHoweverItIsWritten() throws {
        for (value, words) in [
            ("1767225600", "A time since 1970 is written as RFC 3339"), ("60", "Seconds are a number, not a string"),
            (1_767_225_600, "A time since 1970 is written as RFC 3339"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: NovaError.self) { try Self.task(["deadline": value]) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "none")")
        }
    }
}
