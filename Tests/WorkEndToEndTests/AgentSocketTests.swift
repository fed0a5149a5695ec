import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Agents that work over the WebSocket, over real processes.
    @Suite(.timeLimit(.minutes(3))) struct AgentSocketTests {
        private static let tasks = "/api/orchestration/tasks"
        private static let agents = "/api/orchestration/agents"

        private static func make(_ id: String, _ api: API) async throws {
            _ = try await api.done(.POST, tasks, ["task_id": .string(id), "type": "t", "parameters": ["n": 1]])
        }

        private static func work(_ agent: String, _ stream: EventStream, _ members: JSONObject = [:])
            async throws
        {
            let own: JSONObject = ["type": "work", "agent_id": .string(agent), "ref": "w"]
            try await stream.send(.object(members.merging(own) { given, _ in given }))
            let answer = try await stream.next()
            #expect(answer["type"] == "working")
            #expect(answer["ref"] == "w")
            #expect(answer["agent_id"] == .string(agent))
        }

        private static func pushed(_ stream: EventStream) async throws -> JSONValue {
            try #require(try await stream.next { $0["type"] == "task" }["task"])
        }

        private static func say(
            _ type: String,
            _ agent: String,
            _ task: JSONValue,
            _ members: JSONObject,
            _ stream: EventStream
        ) async throws -> JSONValue {
            let own: JSONObject = [
                "type": .string(type), "agent_id": .string(agent), "task_id": task["task_id"] ?? .null,
                "token": task["token"] ?? .null, "ref": .string(type),
            ]
            try await stream.send(.object(own.merging(members) { own, _ in own }))
            return try await stream.next { $0["ref"] == .string(type) }
        }

        @Test func tasksArePushedOneAfterTheOther() async throws {
            try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                // The agent is at another gateway than those who ask.
                try await EventStream.open(cluster.gateways[1]) { stream in
                    try await Self.work("ada", stream)
                    for id in ["1", "2", "3"] { try await Self.make(id, api) }
                    var done: [JSONValue] = []
                    for _ in 0..<3 {
                        let task = try await Self.pushed(stream)
                        #expect(task["parameters"] == ["n": 1])
                        // It can do one at a time.
                        #expect(try await api.get(Self.agents + "/ada").json["running"]?.arrayValue?.count == 1)
                        let told = try await Self.say("progress", "ada", task, ["fraction": 0.5], stream)
                        #expect(told["type"] == "progress")
                        #expect(told["lease_expires_at"]?.stringValue != nil)
                        try await stream.send(["type": "heartbeat", "agent_id": "ada", "ref": "h"])
                        let held = try await stream.next { $0["ref"] == "h" }
                        #expect(held["tasks"]?.arrayValue?.count == 1)
                        let ended = try await Self.say("complete", "ada", task, ["result": 42], stream)
                        #expect(ended["type"] == "reported")
                        #expect(ended["status"] == "completed")
                        #expect(ended["job_id"]?.stringValue != nil)
                        done.append(task["task_id"] ?? .null)
                    }
                    #expect(done == ["1", "2", "3"])
                    let task = try await api.get(Self.tasks + "/2").json
                    #expect(task["result"] == 42)
                    #expect(task["progress"]?["fraction"] == 1)
                }
            }
        }

        /// A result as large as is promised ends its task; a larger one is an error with its `ref`, and the socket stays.
        @Test func aLargeResultIsTakenOrRefusedByName() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.make("t", api)
                try await EventStream.open(cluster.gateways[0]) { stream in
                    try await Self.work("ada", stream)
                    let task = try await Self.pushed(stream)
                    let tooLarge = JSONValue.string(String(repeating: "x", count: 262_144))
                    let refused = try await Self.say("complete", "ada", task, ["result": tooLarge], stream)
                    #expect(refused["type"] == "error")
                    #expect(refused["error"]?["code"] == "PAYLOAD_TOO_LARGE")
                    #expect(try await api.get(Self.tasks + "/t").json["status"] == "running")
                    let large = JSONValue.string(String(repeating: "é", count: 50_000))
                    let ended = try await Self.say("complete", "ada", task, ["result": large], stream)
                    #expect(ended["status"] == "completed", "\(ended["error"] ?? .null)")
                    let kept = try await api.get(Self.tasks + "/t").json
                    #expect(kept["status"] == "completed")
                    #expect(kept["result"] == large)
                }
            }
        }

        /// A socket that dies keeps its task until the lease is over; then it is another's, and the first one's word is void.
        @Test func aSocketThatDiesLosesItsTask() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.make("t", api)
                let first = try await EventStream.open(cluster.gateways[0]) { stream in
                    try await Self.work("ada", stream, ["lease": 1])
                    return try await Self.pushed(stream)
                }
                try await EventStream.open(cluster.gateways[0]) { stream in
                    try await Self.work("bob", stream)
                    let second = try await Self.pushed(stream)
                    #expect(second["task_id"] == "t")
                    #expect(second["token"] == 2)
                    let void = try await Self.say("complete", "ada", first, ["result": "late"], stream)
                    #expect(void["type"] == "error")
                    #expect(void["error"]?["code"] == "CONFLICT")
                    let failed = try await Self.say("fail", "bob", second, ["error": "cannot", "retry": false], stream)
                    #expect(failed["status"] == "failed")
                }
            }
        }

        @Test func whoStopsIsPushedNothingMore() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await EventStream.open(cluster.gateways[0]) { stream in
                    try await Self.work("ada", stream)
                    try await stream.send(["type": "stop_work", "agent_id": "ada", "ref": "s"])
                    let stopped = try await stream.next()
                    #expect(stopped["type"] == "work_stopped")
                    try await Self.make("t", api)
                    let held = try await api.claim("bob", wait: 30)
                    #expect(held.first?["task_id"] == "t")
                    // It begins again, and gives back what it is given.
                    try await Self.work("ada", stream)
                    try await Self.make("u", api)
                    let task = try await Self.pushed(stream)
                    #expect(task["task_id"] == "u")
                    try await stream.send(["type": "stop_work", "agent_id": "ada", "ref": "s"])
                    _ = try await stream.next { $0["ref"] == "s" }
                    let released = try await Self.say("release", "ada", task, [:], stream)
                    #expect(released["status"] == "ready")
                    // What is given back is not an attempt.
                    #expect(try await api.get(Self.tasks + "/u").json["attempts"] == 0)
                }
            }
        }

        @Test func whatIsWrongIsSaidWithItsRef() async throws {
            let keys = [TestKey(), TestKey(name: "reader", key: "read-key", permissions: ["read"], owner: "test")]
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1, keys: keys)) { cluster in
                try await EventStream.open(cluster.gateways[0]) { stream in
                    for (message, place) in [
                        (["type": "work"], "/agent_id"), (["type": "complete", "agent_id": "a"], "/task_id"),
                        (["type": "work", "agent_id": "a", "lease": 0], "/lease"), (["type": "sleep"], "/type"),
                    ] as [(JSONValue, String)] {
                        var members = message.objectValue ?? [:]
                        members["ref"] = .string(place)
                        try await stream.send(.object(members))
                        let error = try await stream.next()
                        #expect(error["ref"] == .string(place))
                        #expect(error["error"]?["code"] == "VALIDATION_ERROR")
                        #expect(error["error"]?["details"]?.arrayValue?.first?["pointer"] == .string(place))
                    }
                    let unknown = try await Self.say("complete", "ada", ["task_id": "none", "token": 1], [:], stream)
                    #expect(unknown["error"]?["code"] == "RESOURCE_NOT_FOUND")
                    let untold = try await Self.say("complete", "ada", ["task_id": "none"], [:], stream)
                    #expect(untold["error"]?["code"] == "VALIDATION_ERROR")
                }
                try await EventStream.open(cluster.gateways[0], key: "read-key") { stream in
                    try await stream.send(["type": "work", "agent_id": "ada", "ref": "x"])
                    let refused = try await stream.next()
                    #expect(refused["error"]?["code"] == "PERMISSION_DENIED")
                    #expect(refused["ref"] == "x")
                }
            }
        }
    }
}
