import Allocation
import Memory
import NovaContract
import NovaPools
import Testing
import WorkPool

@Suite struct MergePatchTests {
    /// The examples of RFC 7396, appendix A.
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func theExamplesOfTheRFC(original: String, patch: String, result: String) throws {
        let merged = try JSONValue(parsing: original).merged(with: try JSONValue(parsing: patch))
        #expect(merged == (try JSONValue(parsing: result)))
    }

    private let task: TaskDefinition = {
        var task = TaskDefinition(type: "t")
        task.parameters = ["a": ["b": 1, "c": 2], "d": 3]
        task.priority = 4
        task.deadline = 1_800_000_000_000
        task.labels = ["x": "1", "y": "2"]
        task.parentID = "p"
        return task
    }()

    @Test func aTaskKeepsWhatThePatchDoesNotName() throws {
        let patch: JSONValue = [
            "parameters": ["a": ["b": nil, "e": 5]], "deadline": nil, "priority": nil, "labels": ["x": nil],
            "status": "cancelled",
        ]
        let body = try task.body(patch: patch)
        #expect(
            body == [
                "parameters": ["a": ["c": 2, "e": 5], "d": 3], "deadline": nil, "priority": 1, "labels": ["y": "2"],
                "status": "cancelled",
            ]
        )
        let changed = try TaskChange(taskID: "t", body: body, now: 0).applied(to: task)
        #expect(changed.deadline == nil && changed.priority == 1 && changed.labels == ["y": "2"])
        #expect(changed.parentID == "p" && changed.type == "t")
    }

    @Test func eachMemberOfATaskIsGivenBackItsDefault() throws {
        var task = task
        task.agents = ["a"]
        task.capabilities = ["x"]
        task.dependencies = ["d"]
        task.timeout = 5
        for name in TaskDefinition.members where name != "type" {
            let body = try task.body(patch: [name: nil])
            let change = try TaskChange(taskID: "t", body: body, now: 0, source: .request)
            let standard = TaskDefinition(type: "t").json[name]
            #expect(change.applied(to: task).json[name] == standard, "\(name)")
        }
    }

    @Test func eachMemberOfAnAgentOrAPoolIsGivenBackItsDefault() throws {
        let agent = try AgentDefinition(
            agentID: "a",
            body: [
                "kind": "declared", "capabilities": ["x"], "capacity": 3, "labels": ["l": "1"], "cost": 2,
                "heartbeat_ttl": 9, "assignment": "nova",
            ]
        )
        for name in ["kind", "capabilities", "capacity", "labels", "cost", "heartbeat_ttl", "assignment"] {
            let patched = try AgentDefinition(agentID: "a", body: try agent.body(patch: [name: nil]), source: .request)
            #expect(patched.json[name] == AgentDefinition(agentID: "a").json[name], "\(name)")
        }
        let pool = try ResourceDefinition(id: "r", body: ["capacity": 8, "quotas": ["a": 4], "unit": "g"])
        let bare = try ResourceDefinition(id: "r", body: ["capacity": 8])
        for name in ["quotas", "unit"] {
            let patched = try ResourceDefinition(id: "r", body: try pool.body(patch: [name: nil]), source: .request)
            #expect(patched.json[name] == bare.json[name], "\(name)")
        }
    }

    @Test func whatATaskMustHaveCannotBeTakenOut() throws {
        #expect(throws: NovaError.self) {
            try TaskChange(taskID: "t", body: try task.body(patch: ["type": nil]), now: 0)
        }
        #expect(throws: NovaError.self) {
            try TaskChange(taskID: "t", body: try task.body(patch: ["parent_id": "q"]), now: 0)
        }
    }

    @Test func aMemoryForgetsItsTimeAndKeepsItsContent() throws {
        var memory = MemoryDefinition(content: ["a": 1, "b": 2])
        memory.time = 5
        memory.importance = 0.9
        let patch: JSONValue = ["content": ["b": nil], "time": nil, "importance": nil, "context": ["agent_id": "x"]]
        let changed = try MemoryChange(memoryID: "m", patch: patch, of: memory).applied(to: memory)
        #expect(changed.content == ["a": 1])
        #expect(changed.time == nil && changed.importance == 0.5 && changed.agentID == "x")
        for patch in [["content": nil], ["ttl": nil], ["importance": 2], [1]] as [JSONValue] {
            #expect(throws: NovaError.self) { try MemoryChange(memoryID: "m", patch: patch, of: memory) }
        }
    }

    @Test func anAgentAndAResourceAreReadAsWhole() throws {
        let agent = try AgentDefinition(
            agentID: "a",
            body: ["capacity": 3, "capabilities": ["x"], "labels": ["l": "1"]]
        )
        let patched = try AgentDefinition(
            agentID: "a",
            body: try agent.body(patch: ["capacity": nil, "labels": ["l": nil, "m": "2"]])
        )
        #expect(patched.capacity == 1 && patched.labels == ["m": "2"] && patched.capabilities == ["x"])

        let pool = try ResourceDefinition(id: "r", body: ["capacity": 8, "quotas": ["a": 4, "b": 2]])
        let changed = try ResourceDefinition(id: "r", body: try pool.body(patch: ["quotas": ["a": nil], "unit": "g"]))
        #expect(changed.quotas.keys.sorted() == ["b"] && changed.unit == "g" && changed.capacity == pool.capacity)
        #expect(throws: NovaError.self) {
            try ResourceDefinition(id: "r", body: try pool.body(patch: ["capacity": nil]))
        }
    }
}

@Suite struct VersionConditionTests {
    @Test(
        arguments: [
            (VersionCondition.exists, "*", [nil: false, 1: true]), (.isAbsent, "!*", [nil: true, 1: false]),
            (.isOneOf([1, 2]), "1,2", [nil: false, 1: true, 2: true, 12: false]),
            (.isNoneOf([1, 2]), "!1,2", [nil: true, 1: false, 3: true]),
            (.isOtherThan([1, 2]), "*!1,2", [nil: false, 1: false, 3: true]),
        ] as [(VersionCondition, String, [Int?: Bool])]
    )
    func itHoldsForTheVersionsItNames(condition: VersionCondition, text: String, versions: [Int?: Bool]) {
        #expect(condition.text == text)
        #expect(VersionCondition(text: text) == condition)
        for (version, holds) in versions { #expect(condition.holds(version) == holds) }
    }

    @Test func ofNoneNothingMatches() throws {
        let condition = VersionCondition.isOneOf([])
        #expect(!condition.holds(1) && !condition.holds(nil))
        let read = try #require(VersionCondition(text: condition.text))
        #expect(!read.holds(1))
    }

    @Test(arguments: ["", "x", "1,", "!", "1;2", "*,1", "*!", "*!*"])
    func otherTextIsNone(text: String) { #expect(VersionCondition(text: text) == nil) }

    @Test func aCommandWhoseConditionIsNotUnderstoodIsNotDone() throws {
        var command = Command(
            jobID: "j",
            kind: .patchTask,
            entityID: "t",
            owner: "o",
            domain: "d",
            keyID: "k",
            requestID: "r",
            createdAt: 1_800_000_000_000,
            ifVersion: .isOneOf([3, 4]),
            payload: []
        )
        var headers = Dictionary(uniqueKeysWithValues: command.headers.map { ($0.name, $0.value) })
        command = try Command(headers: headers, payload: [], catalog: NovaPools.catalog)
        #expect(command.ifVersion == .isOneOf([3, 4]))
        headers["ce_novaifversion"] = "newer than this"
        #expect(throws: CommandDecodingError.self) {
            try Command(headers: headers, payload: [], catalog: NovaPools.catalog)
        }
    }
}
