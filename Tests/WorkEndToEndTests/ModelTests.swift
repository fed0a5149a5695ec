import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import ScriptedModel
import Synchronization
import Testing
import WorkPool

extension WorkingTests {
    /// Agents of kind `model` over real processes, with a scripted server of models.
    @Suite(.timeLimit(.minutes(6))) struct ModelTests {
        private static let tasks = "/api/orchestration/tasks"
        private static let agents = "/api/orchestration/agents"

        /// A cluster whose workers ask this model; agents of theirs are registered by `register`.
        private static func with(
            _ settings: [String: String] = [:],
            _ script: @escaping ScriptedModel.Script,
            _ body: (NovaCluster, API, ScriptedModel) async throws -> Void
        ) async throws {
            try await ScriptedModel.run(script) { model in
                try await NovaCluster.run(Self.plan(model, settings)) { cluster in
                    try await body(cluster, API(gateway: cluster.gateways[0]), model)
                }
            }
        }

        private static func plan(_ model: ScriptedModel, _ settings: [String: String] = [:], coordinators: Int = 1)
            -> ClusterPlan
        {
            let own = ["NOVA_LLM_BASE_URL": model.baseURL, "NOVA_LLM_API_KEY": "model-secret"]
            return ClusterPlan(workers: 0, coordinators: coordinators, workerEnvironment: own.merging(settings) { $1 })
        }

        private static func register(_ agent: String, _ api: API, _ members: JSONObject = [:]) async throws {
            let body = members.merging(["kind": "model"]) { own, _ in own }
            let answer = try await api.send(.PUT, agents + "/\(agent)", .object(body))
            try #require(answer.status == 200, "\(answer.text)")
        }

        /// Makes a task that only this agent may do.
        private static func ask(_ agent: String, _ id: String, _ api: API, _ members: JSONObject = [:])
            async throws
        {
            let own: JSONObject = [
                "task_id": .string(id), "type": "question", "agents": [.string(agent)],
                "parameters": ["instruction": "Go."],
            ]
            _ = try await api.done(.POST, tasks, .object(members.merging(own) { given, _ in given }))
        }

        /// The task when it has ended.
        private static func ended(_ id: String, _ stream: EventStream, _ api: API) async throws -> JSONValue {
            let ends: [JSONValue] = ["task.completed", "task.failed", "task.cancelled", "task.expired"]
            _ = try await stream.next {
                $0["data"]?["task_id"] == .string(id) && ($0["event"].map(ends.contains) ?? false)
            }
            return try await api.get(tasks + "/\(id)").json
        }

        private static func listening(_ cluster: NovaCluster, _ body: (EventStream) async throws -> Void) async throws {
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["tasks"])
                try await body(stream)
            }
        }

        @Test func aModelDoesATaskAndIsHeardMeanwhile() async throws {
            let pieces = ["Two", " and", " two", " is four. 🙂"]
            try await Self.with { _ in
                .text(pieces, tokens: 42)
            } _: { cluster, api, model in
                try await Self.register(
                    "ada",
                    api,
                    ["persona": ["name": "Ada"], "model": "m", "instructions": "Be exact."]
                )
                try await Self.listening(cluster) { stream in
                    try await Self.ask("ada", "t", api, ["parameters": ["instruction": "What is two and two?"]])
                    var heard = ""
                    _ = try await stream.next { event in
                        if event["event"] == "task.progress" {
                            #expect(event["data"]?["stream"]?["number"] == 1)
                            #expect(event["data"]?["stream"]?["offset"]?.intValue == heard.unicodeScalars.count)
                            heard += event["data"]?["progress"]?["message"]?.stringValue ?? ""
                        }
                        return event["event"] == "task.completed"
                    }
                    #expect(heard == pieces.joined())
                }
                let task = try await api.get(Self.tasks + "/t").json
                #expect(task["result"] == .string(pieces.joined()))
                #expect(task["usage"]?["tokens"] == 42)
                #expect(task["agent_id"] == "ada")
                let agent = try await api.get(Self.agents + "/ada").json
                #expect(agent["status"] == "idle")
                #expect(agent["record"]?["completed"] == 1)
                let request = try #require(model.requests.first)
                #expect(request.authorization == "Bearer model-secret")
                #expect(request.body["model"] == "m")
                #expect(request.system.contains("You are Ada."))
                #expect(request.system.contains("Be exact."))
                #expect(request.lastText.contains("What is two and two?"))
            }
        }

        private static let shape: JSONValue = [
            "type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"],
        ]

        /// Whatever a server does wrong, one after the other, and the task is done all the same.
        @Test func faultsOfTheServerAreOutlived() async throws {
            let replies: [ModelReply] = [
                .status(429, headers: [("Retry-After", "1")]), .status(500), .raw("data: {\"choices\": nonsense\n\n"),
                .text(["It is four."]), .silence(after: ["{\"n\""]), .text([#"{"n": "four"}"#]),
                .text([#"{"n": "#, "4}"]),
            ]
            let script: ScriptedModel.Script = { replies[min($0.number, replies.count) - 1] }
            try await Self.with(["NOVA_LLM_IDLE_TIMEOUT": "500ms"], script) { cluster, api, model in
                try await Self.register("ada", api, ["output": Self.shape])
                try await Self.listening(cluster) { stream in
                    try await Self.ask("ada", "t", api)
                    let task = try await Self.ended("t", stream, api)
                    #expect(task["status"] == "completed")
                    #expect(task["result"] == ["n": 4])
                    // The server failed, the task did not.
                    #expect(task["attempts"] == 1)
                    #expect(model.requests.count == replies.count)
                    // It is told what was wrong.
                    #expect(model.requests.last?.lastText.contains("/n: must be integer") == true)
                }
            }
        }

        @Test func whatCannotBeDoneFailsWithItsReason() async throws {
            let script: ScriptedModel.Script = { request in
                switch request.body["model"] {
                case "wordy": .text(["no JSON"], tokens: 10)
                case "dear": .text(["no JSON"], tokens: 5_000)
                default: .status(404, body: ["error": ["message": "there is no such model"]])
                }
            }
            try await Self.with([:], script) { cluster, api, model in
                try await Self.register(
                    "wordy",
                    api,
                    ["model": "wordy", "output": Self.shape, "budget": ["repairs": 1]]
                )
                try await Self.register(
                    "dear",
                    api,
                    ["model": "dear", "output": Self.shape, "budget": ["tokens": 4_000]]
                )
                try await Self.register("none", api, ["model": "none"])
                try await Self.listening(cluster) { stream in
                    for (agent, code, words) in [
                        ("wordy", "INVALID_OUTPUT", "not JSON"), ("dear", "TOKEN_BUDGET", "5000 of 4000"),
                        ("none", "LLM_UNAVAILABLE", "there is no such model"),
                    ] {
                        try await Self.ask(agent, agent, api)
                        let task = try await Self.ended(agent, stream, api)
                        #expect(task["status"] == "failed")
                        #expect(task["error"]?["code"] == .string(code))
                        #expect(
                            task["error"]?["message"]?.stringValue?.contains(words) == true,
                            "\(task["error"] ?? .null)"
                        )
                    }
                }
                // Two, one, and one that is not tried again.
                #expect(model.requests.count == 4)
            }
        }

        /// What the model asks of a tool is a task of another agent.
        @Test func toolsAreTasksOfOtherAgents() async throws {
            let script: ScriptedModel.Script = { request in
                request.messages.last?["role"] == "tool"
                    ? .text(["It is \(request.lastText)."]) : .calls([("add", #"{"a": 2, "b": 2}"#)])
            }
            try await Self.with([:], script) { cluster, api, _ in
                let tool: JSONValue = [
                    "name": "add", "description": "Adds.", "capabilities": ["sums"],
                    "parameters": ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]],
                ]
                try await Self.register("ada", api, ["tools": [tool]])
                _ = try await api.done(.PUT, Self.agents + "/calculator", ["capabilities": ["sums"]])
                try await Self.listening(cluster) { stream in
                    try await Self.ask("ada", "t", api)
                    let held = try #require(try await api.claim("calculator", wait: 60).first)
                    #expect(held["type"] == "tool.add")
                    #expect(held["parameters"] == ["a": 2, "b": 2])
                    #expect(held["labels"]?["called_for"] == "t")
                    let path = Self.agents + "/calculator/tasks/\(held["task_id"]?.stringValue ?? "")/complete"
                    _ = try await api.done(.POST, path, ["token": held["token"] ?? .null, "result": 4])
                    let task = try await Self.ended("t", stream, api)
                    #expect(task["result"] == "It is 4.")
                }
            }
        }

        /// A tool may be a model's too: who waits for it holds no slot.
        @Test func aModelThatAsksAModelDoesNotWaitForItself() async throws {
            let script: ScriptedModel.Script = { request in
                if request.system.contains("the agent calc") { return .text(["4"]) }
                return request.messages.last?["role"] == "tool" ? .text(["four"]) : .calls([("add", "{}")])
            }
            let one = ["NOVA_LLM_CONCURRENCY": "1", "NOVA_LLM_MODEL_CONCURRENCY": "1"]
            try await Self.with(one, script) { cluster, api, _ in
                let tools: JSONValue = [["name": "add", "capabilities": ["sums"]]]
                try await Self.register("ada", api, ["tools": tools, "budget": ["seconds": 30]])
                try await Self.register("calc", api, ["capabilities": ["sums"]])
                try await Self.listening(cluster) { stream in
                    for id in ["1", "2", "3"] { try await Self.ask("ada", id, api) }
                    for id in ["1", "2", "3"] {
                        let task = try await Self.ended(id, stream, api)
                        #expect(task["result"] == "four")
                    }
                }
            }
        }

        /// What is deleted while its model speaks stays deleted.
        @Test func aDeletedAgentStaysDeleted() async throws {
            try await Self.with { _ in
                .silence(after: ["half"])
            } _: { cluster, api, _ in
                try await Self.register("ada", api)
                try await Self.listening(cluster) { stream in
                    try await Self.ask("ada", "t", api)
                    _ = try await stream.event("task.progress")
                    _ = try await api.done(.DELETE, Self.agents + "/ada")
                    _ = try await stream.event("task.ready")
                    // Its worker finds out by the next look at its lease; the task of another agent comes after it.
                    try await Self.register("bob", api)
                    try await Self.ask("bob", "u", api)
                    _ = try await stream.next { $0["event"] == "task.progress" && $0["data"]?["task_id"] == "u" }
                    let gone = try await api.get(Self.agents + "/ada")
                    #expect(gone.status == 404)
                }
            }
        }

        @Test func aCancelledTaskLetsItsModelGo() async throws {
            let script: ScriptedModel.Script = { $0.number == 1 ? .silence(after: ["half"]) : .text(["whole"]) }
            try await Self.with([:], script) { cluster, api, _ in
                try await Self.register("ada", api)
                try await Self.listening(cluster) { stream in
                    try await Self.ask("ada", "long", api)
                    _ = try await stream.event("task.progress")
                    _ = try await api.done(.DELETE, Self.tasks + "/long")
                    let task = try await Self.ended("long", stream, api)
                    #expect(task["status"] == "cancelled")
                    // It can do one at a time, and does the next.
                    try await Self.ask("ada", "next", api)
                    let next = try await Self.ended("next", stream, api)
                    #expect(next["result"] == "whole")
                }
            }
        }

        /// The worker dies while its model speaks: another one has the task done when the lease is over.
        @Test func aTaskOutlivesTheWorkerOfItsModel() async throws {
            let script: ScriptedModel.Script = { $0.number == 1 ? .silence(after: ["half"]) : .text(["whole"]) }
            try await ScriptedModel.run(script) { model in
                try await NovaCluster.run(Self.plan(model, coordinators: 0)) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    try await Self.listening(cluster) { stream in
                        try await cluster.withProcess(.coordinator) { dying in
                            try await Self.register("ada", api, ["heartbeat_ttl": 15])
                            try await Self.ask("ada", "t", api)
                            _ = try await stream.event("task.progress")
                            await dying.kill()
                        }
                        try await cluster.withProcess(.coordinator) { _ in
                            let task = try await Self.ended("t", stream, api)
                            #expect(task["result"] == "whole")
                            #expect(task["attempts"] == 2)
                        }
                    }
                }
            }
        }

        /// A worker that is stopped hands back what its models have begun, uncounted.
        @Test func aStoppingWorkerHandsBackItsModelsTasks() async throws {
            let script: ScriptedModel.Script = { $0.number == 1 ? .silence(after: ["half"]) : .text(["whole"]) }
            try await ScriptedModel.run(script) { model in
                try await NovaCluster.run(Self.plan(model, coordinators: 0)) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    try await Self.listening(cluster) { stream in
                        try await cluster.withProcess(.coordinator) { stopping in
                            try await Self.register("ada", api)
                            try await Self.ask("ada", "t", api)
                            _ = try await stream.event("task.progress")
                            await stopping.stop()
                            _ = try await stream.event("task.ready")
                        }
                        try await cluster.withProcess(.coordinator) { _ in
                            let task = try await Self.ended("t", stream, api)
                            #expect(task["result"] == "whole")
                            #expect(task["attempts"] == 1)
                        }
                    }
                }
            }
        }

        /// What fits every role, by the shape that is asked for.
        @Sendable private static func play(_ request: ModelRequest) async -> ModelReply {
            let schema = request.body["response_format"]?["json_schema"]?["schema"]?["properties"]
            if schema?["price"] != nil { return .text([#"{"price": 1, "confidence": 0.9}"#]) }
            if schema?["ranking"] != nil { return .text([#"{"ranking": [1, 2, 3]}"#]) }
            if schema?["subtasks"] != nil {
                return .text([
                    #"{"subtasks": [{"title": "one", "instruction": "1"}, {"title": "two", "instruction": "2"}]}"#
                ])
            }
            if schema?["answer"] != nil { return .text([#"{"answer": "b", "reason": "better"}"#]) }
            if schema != nil { return .text(["{}"]) }
            return .text(["answer of \(request.system)"])
        }

        @Test func modelsCoordinateByEveryStrategy() async throws {
            try await Self.with([:], Self.play) { _, api, _ in
                for agent in ["a", "b", "c"] { try await Self.register(agent, api) }
                for strategy in CoordinateRequest.strategies {
                    let body: JSONValue = [
                        "agents": ["a", "b", "c"], "task": ["goal": "g"], "strategy": .string(strategy),
                        "constraints": ["part_seconds": 60],
                    ]
                    let answer = try await api.send(
                        .POST,
                        Self.agents + "/coordinate",
                        body,
                        headers: [("Prefer", "wait=60")]
                    )
                    #expect(answer.status == 200, "\(strategy): \(answer.text)")
                    let json = try answer.json
                    #expect(json["orchestration"]?["result"] ?? .null != .null, "\(strategy): \(answer.text)")
                    #expect(json["orchestration"]?["unattended"] == [])
                    let id = try #require(json["coordination_id"]?.stringValue)
                    let kept = try await api.get("/api/orchestration/coordinations/\(id)").json
                    #expect(kept["status"] == "completed")
                }
            }
        }

        @Test func aPersonaOfTinyTroupeIsImported() async throws {
            try await Self.with { _ in
                .text(["Hello."])
            } _: { cluster, api, model in
                let lisa: JSONValue = [
                    "type": "TinyPerson",
                    "persona": ["name": "Lisa Carter", "age": 28, "occupation": ["title": "Data Scientist"]],
                ]
                let imported = try await api.done(.POST, Self.agents + "/import", lisa)
                #expect(imported["agent_id"] == "lisa-carter")
                #expect(imported["status"] == "registered")
                let wrong = try await api.send(.POST, Self.agents + "/import", ["persona": ["age": 3]])
                #expect(wrong.status == 400)
                #expect(try wrong.json["error"]?["details"]?.arrayValue?.first?["pointer"] == "/persona/name")
                try await Self.listening(cluster) { stream in
                    try await Self.ask("lisa-carter", "t", api)
                    let task = try await Self.ended("t", stream, api)
                    #expect(task["result"] == "Hello.")
                }
                #expect(model.requests.first?.system.contains("- title: Data Scientist") == true)
            }
        }

        /// Whatever GET `/models` is answered with, the model is asked.
        @Test func aServerWithoutAListOfModelsIsUsed() async throws {
            try await ScriptedModel.run({ _ in .text(["<think>hm</think>", "Four."]) }) { model in
                model.list(.bytes([Array("<html>no list</html>".utf8)], type: "text/html"))
                try await NovaCluster.run(Self.plan(model, ["NOVA_LLM_PROBE": "100ms"])) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    try await Self.register("ada", api)
                    try await Self.listening(cluster) { stream in
                        for (number, status) in [200, 404, 405, 401, 500].enumerated() {
                            if status != 200 { model.list(.status(status)) }
                            try await Self.ask("ada", "t\(number)", api)
                            let task = try await Self.ended("t\(number)", stream, api)
                            #expect(task["status"] == "completed", "\(status)")
                            #expect(task["result"] == "Four.")
                        }
                    }
                }
            }
        }

        /// Why nobody takes it up is told where one asks: of the agent, in the list, of the task.
        @Test func whoIsOfflineSaysWhy() async throws {
            let nobody = ["NOVA_LLM_BASE_URL": "http://127.0.0.1:1/v1", "NOVA_LLM_PROBE": "100ms"]
            let plan = ClusterPlan(workers: 0, coordinators: 1, workerEnvironment: nobody)
            try await NovaCluster.run(plan) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.register("ada", api)
                try await Self.ask("ada", "t", api)
                var agent = try await api.get(Self.agents + "/ada").json
                // The worker's first look may not be over yet.
                while agent["offline_reason"]?.stringValue?.contains("not reached") != true {
                    try Task.checkCancellation()
                    #expect(agent["offline_reason"]?.stringValue?.isEmpty == false)
                    agent = try await api.get(Self.agents + "/ada").json
                }
                #expect(agent["status"] == "offline")
                let list = try await api.get(Self.agents).json
                #expect(list["agents"]?.arrayValue?.first?["offline_reason"] == agent["offline_reason"])
                let task = try await api.get(Self.tasks + "/t").json
                #expect(task["status"] == "ready")
                #expect(task["waiting_reason"]?.stringValue?.contains("ada is offline: ") == true)
            }
        }

        /// A judge or a lead that nobody knows is refused; what older clients constrain otherwise is told of.
        @Test func whoIsNamedMustBeKnown() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                func body(_ constraints: JSONValue) -> JSONValue {
                    ["agents": ["a", "b"], "task": "Is it?", "strategy": "debate", "constraints": constraints]
                }
                for name in ["judge", "lead"] {
                    let refused = try await api.send(.POST, Self.agents + "/coordinate", body([name: "nobody"]))
                    #expect(refused.status == 400)
                    let pointer = try refused.json["error"]?["details"]?.arrayValue?.first?["pointer"]
                    #expect(pointer == .string("/constraints/\(name)"))
                }
                _ = try await api.done(.PUT, Self.agents + "/known", ["kind": "declared"])
                let json = try await api.done(
                    .POST,
                    Self.agents + "/coordinate",
                    body(["judge": "known", "lead": "a", "mood": "good"])
                )
                let warned = json["warnings"]?.arrayValue?.map { $0["pointer"] }
                #expect(warned == ["/constraints/mood", "/constraints/lead"])
                // As deep as a client may nest: with all that is put around it, it is given back.
                func deep(_ levels: Int) -> JSONValue {
                    let value = (0..<levels).reduce(JSONValue.string("x")) { inner, _ in [inner] }
                    return ["agents": ["deep"], "task": ["v": value]]
                }
                #expect(try await api.send(.POST, Self.agents + "/coordinate", deep(99)).status == 400)
                let deepest = try await api.done(.POST, Self.agents + "/coordinate", deep(98))
                let list = try await api.get(Self.tasks + "?agent=deep")
                #expect(list.status == 200)
                #expect(try list.json["tasks"]?.arrayValue?.first?["parameters"]?["input"]?["task"] == deep(98)["task"])
                let job = try await api.get("/api/jobs/\(deepest["job_id"]?.stringValue ?? "")")
                #expect(job.status == 200)
            }
        }

        /// Nobody reaches a model: its agents are nobody's, and are told so.
        @Test func withoutAServerModelAgentsArePlannedFor() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                for agent in ["a", "b"] { try await Self.register(agent, api) }
                #expect(try await api.get(Self.agents + "/a").json["status"] == "offline")
                let body: JSONValue = ["agents": ["a", "b"], "task": "Say hello.", "strategy": "parallel"]
                let json = try await api.done(.POST, Self.agents + "/coordinate", body)
                #expect(json["status"] == "coordinated")
                #expect(json["orchestration"]?["plan"]?.arrayValue?.count == 2)
            }
        }
    }
}
