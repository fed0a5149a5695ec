import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Coordinations over real processes, with agents that speak HTTP.
    @Suite(.timeLimit(.minutes(6))) struct CoordinationTests {
        static let agents = "/api/orchestration/agents"

        /// Does whatever its agent is asked for, until the test has what it wants.
        private static func serve(
            _ agent: String,
            _ api: API,
            domain: String,
            _ answer: @Sendable (JSONValue) -> JSONValue
        ) async throws {
            while !Task.isCancelled {
                let claim = try await api.send(.POST, agents + "/\(agent)/claim?domain=\(domain)", ["wait": 2])
                for task in try claim.json["tasks"]?.arrayValue ?? [] {
                    let path =
                        agents + "/\(agent)/tasks/\(task["task_id"]?.stringValue ?? "")/complete?domain=\(domain)"
                    let body: JSONValue = [
                        "token": task["token"] ?? .null, "result": answer(task["parameters"] ?? .null),
                    ]
                    _ = try await api.send(.POST, path, body)
                }
            }
        }

        /// Registers three agents, and runs `body` while they work.
        private static func withAgents(
            _ api: API,
            _ body: () async throws -> Void
        ) async throws {
            for agent in ["a", "b", "c"] {
                let answer = try await api.send(.PUT, agents + "/\(agent)", [:])
                #expect(answer.status == 200)
            }
            try await working(api, body)
        }

        private static func plan(_ coordinators: Int = 1) -> ClusterPlan {
            ClusterPlan(workers: 0, coordinators: coordinators)
        }

        /// What fits every role.
        @Sendable private static func reply(_ agent: String, _ asked: JSONValue) -> JSONValue {
            switch asked["role"]?.stringValue {
            case "bidder": ["price": .number(agent == "b" ? 1 : 5), "confidence": 0.9]
            case "voter": ["ranking": [1, 2]]
            case "judge": ["answer": "b", "reason": "better"]
            case "lead": ["subtasks": [["title": "one", "instruction": "1"], ["title": "two", "instruction": "2"]]]
            default: .string(agent)
            }
        }

        @Test(arguments: ["parallel", "sequential", "pipeline", "auction", "consensus", "debate", "hierarchical"])
        func agentsWorkTogether(strategy: String) async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.withAgents(api) {
                    let body: JSONValue = [
                        "agents": ["a", "b", "c"], "task": ["goal": "g"], "strategy": .string(strategy),
                    ]
                    let answer = try await api.send(
                        .POST,
                        Self.agents + "/coordinate",
                        body,
                        headers: [("Prefer", "wait=60")]
                    )
                    #expect(answer.status == 200, "\(answer.text)")
                    let json = try answer.json
                    #expect(json["status"] == "coordinated")
                    #expect(json["orchestration"]?["strategy"] == .string(strategy))
                    #expect(json["orchestration"]?["result"] != .null)
                    #expect(json["confidence_basis"]?.stringValue != nil)
                    let id = try #require(json["coordination_id"]?.stringValue)
                    let kept = try await api.get("/api/orchestration/coordinations/\(id)").json
                    #expect(kept["status"] == "completed")
                    #expect(kept["result"] == json["orchestration"]?["result"])
                    let said = kept["messages"]?.arrayValue?.count ?? 0
                    #expect(said > 3)
                }
            }
        }

        /// Runs `body` while three agents do what they are asked for.
        static func working(
            _ api: API,
            domain: String = "professional",
            _ body: () async throws -> Void
        ) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for agent in ["a", "b", "c"] {
                    group.addTask {
                        do {
                            try await serve(agent, api, domain: domain) { reply(agent, $0) }
                        } catch is CancellationError {}
                    }
                }
                try await body()
                group.cancelAll()
            }
        }

        @Test func agentsThatNobodyRunsAreGivenAPlan() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let body: JSONValue = [
                    "agents": ["x", ["agent_id": "y"]], "task": "Say hello.", "strategy": "parallel",
                ]
                let json = try await api.send(.POST, Self.agents + "/coordinate", body).json
                #expect(json["status"] == "coordinated")
                #expect(json["orchestration"]?["plan"]?.arrayValue?.map { $0["agent_id"] } == ["x", "y"])
                let agent = try await api.get(Self.agents + "/x").json
                #expect(agent["assigned"]?.arrayValue?.count == 1)
                let wrong: JSONValue = ["agents": [], "task": 3, "strategy": "guess"]
                let refused = try await api.send(.POST, Self.agents + "/coordinate", wrong)
                #expect(refused.status == 400)
                let bound: JSONValue = ["agents": ["x"], "task": "t", "constraints": ["rounds": 0]]
                let unbound = try await api.send(.POST, Self.agents + "/coordinate", bound)
                #expect(unbound.status == 400)
                // Both were refused before anything was published.
                let jobs = try await api.get("/api/jobs?type=agents.coordinate").json["jobs"]?.arrayValue
                #expect(jobs?.count == 1)
            }
        }

        @Test func cancellingACoordinationCancelsItsParts() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await EventStream.open(cluster.gateways[0]) { stream in
                    try await stream.subscribe(["tasks"])
                    let put = try await api.send(.PUT, Self.agents + "/a", ["heartbeat_ttl": 600])
                    #expect(put.status == 200)
                    let body: JSONValue = ["agents": ["a"], "task": "t", "strategy": "parallel"]
                    let path = Self.agents + "/coordinate"
                    let accepted = try await api.send(.POST, path, body, headers: [("Prefer", "respond-async")])
                    let job = try #require(try accepted.json["job_id"]?.stringValue)
                    _ = try await stream.event("task.assigned")
                    let cancelled = try await api.send(.DELETE, "/api/jobs/\(job)")
                    #expect(cancelled.status == 202)
                    _ = try await stream.event("task.cancelled")
                    try await api.waitForJobs(1, "cancelled")
                    let kept = try await api.get("/api/orchestration/coordinations/\(job)").json
                    #expect(kept["status"] == "cancelled")
                }
            }
        }
    }
}
