import Coordination
import NovaContract
import Testing
import WorkPool

/// What clients say of agents and coordinations: unknown members, ids, bounds, and what older clients send.
@Suite struct AgentRequestTests {
    private static func agent(_ body: JSONValue, id: String = "a") throws(NovaError) -> AgentDefinition {
        try AgentDefinition(agentID: id, body: body, source: .request)
    }

    private static func fault(_ read: () throws -> Void) -> NovaError.Detail? {
        #expect(throws: NovaError.self) { try read() }?.details.first
    }

    @Test func unknownMembersOfAnAgentAreRefused() {
        for (body, pointer, words) in [
            (["capabilites": []], "/capabilites", "did you mean \"capabilities\""),
            (["heartbeatTTL": 3], "/heartbeatTTL", "did you mean \"heartbeat_ttl\""),
            (["kind": "model", "model": ["max_token": 1]], "/model/max_token", "did you mean \"max_tokens\""),
            (["kind": "model", "budget": ["turn": 1]], "/budget/turn", "did you mean \"turns\""),
            (
                ["kind": "model", "tools": [["name": "t", "agent": ["a"]]]], "/tools/0/agent", "did you mean \"agents\""
            ),
            (
                ["kind": "model", "tools": [["type": "function", "function": ["name": "t", "desc": "x"]]]],
                "/tools/0/function/desc", "did you mean \"description\""
            ),
            (["nothing": 1], "/nothing", "is not known"),
        ] as [(JSONValue, String, String)] {
            let detail = Self.fault { _ = try Self.agent(body) }
            #expect(detail?.pointer.description == pointer)
            #expect(detail?.message.contains(words) == true, "\(detail?.message ?? "none")")
        }
    }

    @Test func whatIsTheClientsOwnAndWhatANewerNovaWroteIsPassedOver() throws {
        #expect(try Self.agent(["x-note": "mine", "capacity": 2, "domain": "d"]).capacity == 2)
        #expect(try AgentDefinition(agentID: "a", body: ["newer": 1, "capacity": 2]).capacity == 2)
        // OpenAI's form of a tool, and its `strict`.
        let tool: JSONValue = ["type": "function", "function": ["name": "t", "strict": true, "parameters": [:]]]
        #expect(try Self.agent(["kind": "model", "tools": [tool]]).profile?.tools.count == 1)
    }

    @Test func anAgentIsBounded() {
        let long = String(repeating: "x", count: 2_000)
        for (body, pointer) in [
            (["kind": "model", "goals": .array((0...100).map { .string("\($0)") })], "/goals"),
            (["kind": "model", "persona": .string(String(repeating: "x", count: 65_536))], "/persona"),
            (["kind": "model", "tools": [["name": "t", "agents": []]]], "/tools/0/agents"),
            (["kind": "model", "output": ["description": .string(String(repeating: "x", count: 65_536))]], "/output"),
            (["x-much": .array((0..<200).map { _ in .string(long) })], ""),
        ] as [(JSONValue, String)] {
            #expect(Self.fault { _ = try Self.agent(body) }?.pointer.description == pointer)
        }
    }

    /// What GET tells can be put again: a tool for any agent names none.
    @Test func aToolForAnyAgentNamesNone() throws {
        let agent = try Self.agent(["kind": "model", "tools": [["name": "t"]]])
        let told = try #require(agent.json["tools"]?.arrayValue?.first)
        #expect(told["agents"] == nil)
        #expect(try Self.agent(["kind": "model", "tools": [told]]).profile == agent.profile)
    }

    @Test func idsThatCouldNotBeReachedAreRefusedWhenTheyAreMade() {
        for id in ["import", "coordinate", ".", "..", "a\nb", "cafe\u{301}", String(repeating: "i", count: 201)] {
            #expect(Self.fault { _ = try Self.agent([:], id: id) }?.pointer.description == "/agent_id", "\(id)")
        }
        let detail = Self.fault { _ = try PersonaImport.body(["name": "Import"], source: .request) }
        #expect(detail?.pointer.description == "/name")
        #expect(detail?.message.contains("\"import\"") == true)
        #expect(
            Self.fault { _ = try PersonaImport.body(["name": "Ada", "agent_id": "coordinate"], source: .request) }?
                .pointer
                .description == "/agent_id"
        )
    }

    @Test func aPersonaOfAnotherProgramIsTakenAndAMisspeltMemberIsNot() throws {
        let body = try PersonaImport.body(
            ["type": "TinyPerson", "persona": ["name": "Lisa Carter", "age": 28], "_mental_state": [:], "extra": 1],
            source: .request
        )
        #expect(body["agent_id"] == "lisa-carter")
        #expect(try Self.agent(body, id: "lisa-carter").profile?.persona["age"] == 28)
        let fault = Self.fault {
            _ = try PersonaImport.body(["persona": ["name": "Ada"], "capabilites": ["x"]], source: .request)
        }
        #expect(fault?.pointer.description == "/capabilites")
        // Without a wrapping any member is the persona's.
        #expect(try PersonaImport.body(["name": "Ada", "goal": "x"], source: .request)["persona"]?["goal"] == "x")
    }

    // MARK: - Coordinations

    private static func coordinate(_ more: JSONObject) throws -> CoordinateRequest {
        let body = more.merging(["agents": ["a"], "task": "t"]) { own, _ in own }
        return try CoordinateRequest(body: .object(body), source: .request)
    }

    @Test func unknownMembersOfACoordinationAreRefused() {
        for (more, pointer) in [
            (["stratgy": "debate"], "/stratgy"), (["constraints": ["round": 1]], "/constraints/round"),
            (["constraints": ["partSeconds": 1]], "/constraints/partSeconds"),
            (["constraints": ["judge": "import"]], "/constraints/judge"),
            (["constraints": ["lead": ".."]], "/constraints/lead"), (["agents": ["import"]], "/agents/0"),
            (["agents": []], "/agents"), (["agents": .array((0...100).map { .string("a\($0)") })], "/agents"),
            (["task": ["stages": .array((0...100).map { .string("\($0)") })]], "/task/stages"),
            (["task": ["subtasks": ["a", "b"]], "constraints": ["parts": 1]], "/task/subtasks"),
            (["task": .string(String(repeating: "x", count: 262_144))], "/task"),
        ] as [(JSONObject, String)] {
            #expect(Self.fault { _ = try Self.coordinate(more) }?.pointer.description == pointer, "\(pointer)")
        }
    }

    /// Their `constraints` were free: what is not understood is told of.
    @Test func whatOlderClientsConstrainIsToldOf() throws {
        let request = try Self.coordinate(["constraints": ["budget_usd": 3, "rounds": 2, "x-own": 1]])
        #expect(request.limits.rounds == 2)
        #expect(request.warnings.map(\.pointer.description) == ["/constraints/budget_usd"])
        let body: JSONValue = ["agent_id": "a", "task": ["do": "it"], "constraints": ["deadline": "soon"]]
        let assign = try AssignRequest(agentID: "a", taskID: "t", body: body, now: 0, source: .request)
        #expect(assign.warnings.map(\.pointer.description) == ["/constraints/deadline"])
        // The worker says the same of the command that it is given.
        #expect(try AssignRequest(agentID: "a", taskID: "t", body: body, now: 0).warnings == assign.warnings)
        #expect(
            Self.fault {
                _ = try AssignRequest(agentID: "a", taskID: "t", body: ["tsk": "x"], now: 0, source: .request)
            }?.pointer.description == "/tsk"
        )
    }

    @Test func anAssignmentToNobodyIsRefused() throws {
        for name in ["task_ids", "agent_ids"] {
            let fault = Self.fault { _ = try AssignmentRequest(body: [name: []], source: .request) }
            #expect(fault?.pointer.description == "/\(name)")
        }
        let fault = Self.fault { _ = try AssignmentRequest(body: ["dryrun": true], source: .request) }
        #expect(fault?.message.contains("dry_run") == true)
        #expect(try AssignmentRequest(body: ["agent_ids": []]).agentIDs == [])
    }

    // MARK: - Records

    @Test func countsBeyondAllNumbersAreTheMost() {
        let tally = AgentRecord.Tally(completed: .max, failed: 1, lost: .max, milliseconds: .max)
        let sum = tally + tally
        #expect(sum.completed == .max && sum.failed == 2 && sum.milliseconds == .max)
        #expect(Int.min.addingClamped(-1) == .min)
    }

    @Test func anAgentThatIsOfflineSaysWhy() {
        func record(_ kind: AgentDefinition.Kind, seenAt: Int64?, isOnline: Bool = false) -> AgentRecord {
            AgentRecord(
                definition: AgentDefinition(agentID: "a", kind: kind),
                domain: "d",
                version: 1,
                registeredAt: 0,
                seenAt: seenAt,
                isOnline: isOnline,
                running: [],
                assigned: [],
                record: [:]
            )
        }
        #expect(record(.external, seenAt: 0, isOnline: true).json["offline_reason"] == .null)
        #expect(record(.declared, seenAt: nil).json["offline_reason"] == .null)
        #expect(record(.external, seenAt: 0).offlineReason?.contains("heartbeat_ttl of 30 s") == true)
        #expect(record(.external, seenAt: nil).offlineReason?.contains("yet") == true)
        #expect(record(.model, seenAt: nil).offlineReason?.contains("llm.base_url") == true)
        var known = record(.model, seenAt: nil)
        known.modelServerFault = "not reached"
        #expect(known.offlineReason == "not reached")
    }

    // MARK: - Nothing of a coordination is left out unsaid

    @Test func partsThatNobodyWouldDoAreRefused() {
        let split: JSONValue = ["subtasks": [["instruction": "do a"], ["title": "b"]]]
        for (more, pointer) in [
            (["task": split], "/task/subtasks/0/title"),
            (["task": split, "strategy": "hierarchical"], "/task/subtasks/0/title"),
            (["task": ["subtasks": [["titel": "b"]]]], "/task/subtasks/0/titel"),
            (["task": ["subtasks": ["a", 5]]], "/task/subtasks/1"),
            (["task": ["subtasks": [["title": "a", "capabilities": "x"]]]], "/task/subtasks/0/capabilities"),
            (["task": ["stages": [5, ["name": "x"]]]], "/task/stages/0"),
            (["task": ["stages": [["nmae": "x"]]], "strategy": "pipeline"], "/task/stages/0"),
            (["task": ["stages": ["a", ["name": "x", "instrucion": "y"]]]], "/task/stages/1/instrucion"),
            (["task": ["stages": "a"], "strategy": "pipeline"], "/task/stages"),
            (["agents": [["agentId": "a"]]], "/agents/0/agentId"),
            (["agents": [["agent_id": "a", "id": "b"]]], "/agents/0/id"),
        ] as [(JSONObject, String)] {
            let error = #expect(throws: NovaError.self, "\(pointer)") { try Self.coordinate(more) }
            #expect(
                error?.details.contains { $0.pointer.description == pointer } == true,
                "\(pointer): \(error ?? .init(.conflict, ""))"
            )
        }
    }

    @Test func whatOfACoordinationSaysNothingIsToldOf() throws {
        let body: JSONObject = [
            "agents": [["agent_id": "a", "weight": 3], ["id": "b"], "c"],
            "task": ["stages": ["one", ["name": "two", "colour": "red"], ["instruction": "do it"]]],
        ]
        let request = try Self.coordinate(body)
        #expect(request.agentIDs == ["a", "b", "c"])
        #expect(request.warnings.map(\.pointer.description) == ["/agents/0/weight", "/task/stages/1/colour"])
        // The worker, which answers, says the same.
        let told = try CoordinateRequest(body: .object(body))
        #expect(told.warnings == request.warnings)
        // What another strategy hands on as a whole, and what is no list where Nova chooses, is the client's own.
        for own in [["task": ["stages": [5]], "strategy": "parallel"], ["task": ["subtasks": ["a": 1]]]] as [JSONObject]
        {
            #expect(try Self.coordinate(own).warnings.isEmpty)
        }
        // A subtask is given whole to whoever does it.
        #expect(try Self.coordinate(["task": ["subtasks": [["title": "a", "data": [1, 2]]]]]).warnings.isEmpty)
        // What an older Nova took is carried out.
        _ = try CoordinateRequest(body: ["agents": ["a"], "task": ["stages": [5]], "strategy": "pipeline"])
    }

    private static func assign(_ task: JSONValue, _ source: Validator.Source = .request) throws -> AssignRequest {
        try AssignRequest(agentID: "a", taskID: "made", body: ["task": task], now: 0, source: source)
    }

    @Test func aTaskWithoutItsTypeIsNotTakenForAnotherOne() throws {
        for (task, pointer) in [
            (["task_id": "t1", "deadline": 60], "/task/type"), (["task_id": "t1", "parameters": [:]], "/task/type"),
            (["typ": "x"], "/task/typ"), (["do": "it", "deadlin": 60], "/task/deadlin"),
            (["type": "x", "priorty": 3], "/task/priorty"),
        ] as [(JSONValue, String)] {
            #expect(Self.fault { _ = try Self.assign(task) }?.pointer.description == pointer)
        }
        #expect(try Self.assign(["task_id": "t1", "x-note": "mine"]).subject == .known(taskID: "t1"))
    }

    /// A task in a client's own words goes on being made; of what it may have meant otherwise the answer tells.
    @Test func inOnesOwnWordsMembersOfATaskAreToldOf() throws {
        for (task, pointers) in [
            (["do": "it", "task_id": "t1", "deadline": 60], ["/task/deadline", "/task/task_id"]),
            (["type": "x", "n": 1, "priority": 4], ["/task/priority"]), (["priority": 4], ["/task/priority"]),
            (["name": "in their own words"], []), (["type": "x", "n": 1], []),
        ] as [(JSONValue, [String])] {
            for source in [Validator.Source.request, .record] {
                let request = try Self.assign(task, source)
                #expect(request.warnings.map(\.pointer.description) == pointers)
                guard case .new(let made) = request.subject else {
                    Issue.record("no task is made of \(task.jsonString)")
                    continue
                }
                #expect(made.tasks.first?.id == "made" && made.tasks.first?.definition.parameters == task)
            }
        }
    }
}
