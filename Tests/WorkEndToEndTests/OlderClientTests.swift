import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// The contract's requests as clients of the original single-process server send them: they must go on working unchanged.
@Suite("Older clients", .timeLimit(.minutes(4)))
struct OlderClientTests {
    private static let plan = ClusterPlan(coordinators: 1, allocators: 1, rememberers: 1)

    /// One request of the contract's table, and the members of its answer.
    private struct Exchange {
        let path: String
        var method = HTTPMethod.POST
        let body: JSONValue
        let answered: [String]
        var more: @Sendable (JSONValue) -> Bool = { _ in true }
    }

    private static let exchanges = [
        Exchange(
            path: "/flows/flow-1/optimize",
            body: ["flow_id": "flow-1", "parameters": ["key": "value"], "constraints": ["max_time": 100]],
            answered: ["flow_id", "optimizations", "analytics", "confidence", "timestamp"],
            // Nothing was optimized, and it does not say otherwise.
            more: { $0["optimizations"] == [] && $0["confidence"] == 0 && $0["warnings"] != nil }
        ),
        Exchange(
            path: "/flows/flow-2/optimize",
            body: ["flow_id": "flow-2", "parameters": [:], "constraints": [:]],
            answered: ["flow_id", "optimizations", "analytics", "confidence", "timestamp"]
        ),
        Exchange(
            path: "/resources/allocate",
            body: [
                "resources": ["cpu": ["available": 100, "requested": 50], "memory": ["requested": 4]],
                "constraints": ["min_cpu": 10], "priority": 1,
            ],
            answered: ["allocations", "analytics", "confidence", "timestamp"]
        ),
        Exchange(
            path: "/tasks",
            body: [
                "type": "analysis", "parameters": ["key": "value", "nested": ["any": [1, 2]]], "priority": 1,
                "deadline": "2031-12-31T23:59:59Z", "dependencies": [],
            ],
            answered: ["task_id", "status", "orchestration", "confidence", "timestamp"],
            more: { $0["status"] == "created" }
        ),
        Exchange(
            path: "/agents/coordinate",
            body: [
                "agents": ["agent-1", "agent-2"], "task": ["type": "t", "data": "d"], "strategy": "parallel",
                "constraints": ["max_time": 60],
            ],
            answered: ["coordination_id", "status", "orchestration", "confidence", "timestamp"],
            more: { $0["status"] == "coordinated" }
        ),
        Exchange(
            path: "/agents/agent-1/assign",
            body: ["agent_id": "agent-1", "task": ["type": "t", "n": 1], "constraints": ["deadline": "soon"]],
            answered: ["agent_id", "status", "orchestration", "confidence", "timestamp"],
            more: { $0["status"] == "assigned" }
        ),
        Exchange(
            path: "/memory/store",
            body: [
                "type": "episodic", "content": ["any": ["thing": true]], "importance": 0.5,
                "context": ["source": "client", "session": 7],
            ],
            answered: ["memory_id", "orchestration", "confidence", "timestamp"]
        ),
        Exchange(
            path: "/memory/search",
            body: [
                "type": "search", "content": ["query": "thing"], "importance": 0.1, "context": ["source": "client"],
            ],
            answered: ["matches", "orchestration", "confidence", "timestamp"]
        ),
    ]

    @Test("each command of the contract is answered as it always was")
    func commands() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            for exchange in Self.exchanges {
                let path = "/api/orchestration" + exchange.path
                let answer = try await api.done(exchange.method, path, exchange.body)
                for name in exchange.answered { #expect(answer[name] != nil, "\(path): \(name) is missing") }
                #expect(exchange.more(answer), "\(path): \(answer.jsonString)")
            }
            let task = try await api.done(.POST, "/api/orchestration/tasks", ["type": "t"])
            let id = try #require(task["task_id"]?.stringValue)
            let changed = try await api.done(
                .PUT,
                "/api/orchestration/tasks/\(id)",
                ["type": "u", "status": "completed"]
            )
            #expect(changed["status"] == "updated")
            #expect(try await api.get("/api/orchestration/tasks/\(id)").json["status"] == "completed")
        }
    }

    @Test("each query of the contract is answered as it always was")
    func queries() async throws {
        try await NovaCluster.run(Self.plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let root = try await api.get("/").json
            #expect(root["name"] == "Nova API" && root["docs_url"] == "/docs" && root["redoc_url"] == "/redoc")
            #expect(try await api.get("/health").json["status"] == "healthy")
            for path in [
                "flows", "resources", "agents", "flows?flow_id=f", "resources?resource_id=r", "agents?agent_id=a",
            ] {
                let answer = try await api.get("/api/analytics/\(path)")
                #expect(answer.status == 200)
                for name in ["analytics", "insights", "confidence", "timestamp"] {
                    #expect(try answer.json[name] != nil, "\(path): \(name) is missing")
                }
            }
            try await EventStream.open(cluster.gateways[0], path: "/api/analytics/ws") { stream in
                try await stream.send(["type": "behavioral", "flow_id": "f", "domain": "professional"])
                let update = try await stream.next { $0["type"] == "analytics_update" }
                for name in ["analytics", "insights", "confidence", "timestamp"] { #expect(update[name] != nil) }
            }
        }
    }
}
