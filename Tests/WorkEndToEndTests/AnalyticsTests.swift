import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// What is told of what happened, over real processes.
    @Suite(.timeLimit(.minutes(4))) struct AnalyticsTests {
        private static let plan = ClusterPlan(workers: 1, coordinators: 1, allocators: 1)

        /// The analytics of an answer that says nothing is wrong.
        private static func get(_ api: API, _ path: String) async throws -> JSONValue {
            let answer = try await api.get("/api/analytics/" + path)
            #expect(answer.status == 200, "\(path): \(answer.text)")
            return try answer.json
        }

        private static func finished(_ told: JSONValue?) -> Int? { told?["counts"]?["finished"]?.intValue }

        /// What only the worker refuses.
        private static let cycle: JSONValue = [
            "parameters": [
                "steps": [
                    ["id": "a", "duration": 1, "dependencies": ["b"]],
                    ["id": "b", "duration": 1, "dependencies": ["a"]],
                ]
            ]
        ]

        private static func run(_ api: API, _ flow: String, good: Int, bad: Int) async throws {
            for number in 0..<(good + bad) {
                let answer = try await api.optimize(
                    flow,
                    number < good ? Sample.flow : Self.cycle,
                    headers: [("Prefer", "wait=55")]
                )
                #expect(answer.status == (number < good ? 200 : 400), "\(answer.text)")
            }
        }

        @Test func everythingThatEndsIsFoundAgain() async throws {
            try await NovaCluster.run(Self.plan) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.flows(api)
                try await Self.agents(api)
                try await Self.resources(api)
                let commands = try await Self.get(api, "commands")
                // At least the fifteen on the flow, and those for tasks and resources.
                #expect(Self.finished(commands["analytics"]) ?? 0 > 15)
                let key = try #require(commands["analytics"]?["keys"]?.arrayValue?.first?["key_id"]?.stringValue)
                let own = try await Self.get(api, "commands?key_id=\(key)")["analytics"]
                #expect(own?["counts"] == commands["analytics"]?["counts"])
                try await Self.nothingAndNonsense(api)
            }
        }

        private static func flows(_ api: API) async throws {
            try await run(api, "nightly", good: 12, bad: 3)
            try await run(api, "other", good: 1, bad: 0)
            let told = try await get(api, "flows?flow_id=nightly")
            let analytics = told["analytics"]
            #expect(analytics?["counts"]?["completed"] == 12 && analytics?["counts"]?["failed"] == 3)
            #expect(analytics?["success_rate"]?.doubleValue == 0.8)
            let handling = analytics?["latency_seconds"]?["handling"]
            #expect(handling?["count"] == 15)
            let (p50, p99) = (handling?["p50"]?.doubleValue ?? 0, handling?["p99"]?.doubleValue ?? 0)
            #expect(0 < p50 && p50 <= p99 && p99 <= handling?["max"]?.doubleValue ?? 0)
            #expect(analytics?["latency_seconds"]?["queue"]?["count"] == 15)
            #expect(analytics?["series"]?.arrayValue?.reduce(0) { $0 + ($1["finished"]?.intValue ?? 0) } == 15)
            #expect(told["confidence"]?.doubleValue ?? 0 > 0.5)
            // Fifteen say nothing of a change.
            #expect(told["insights"] == [])
            let all = try await get(api, "flows")["analytics"]
            #expect(finished(all) == 16)
            #expect(
                Set(all?["flows"]?.arrayValue?.compactMap { $0["flow_id"]?.stringValue } ?? []) == ["nightly", "other"]
            )
            let byHour = try await get(api, "flows?flow_id=nightly&from=-6h&step=1h")["analytics"]
            #expect(finished(byHour) == 15 && byHour?["step_seconds"] == 3_600)
            let byDay = try await get(api, "flows?flow_id=nightly&from=-20d")["analytics"]
            #expect(finished(byDay) == 15 && byDay?["step_seconds"] == 86_400)
        }

        private static func agents(_ api: API) async throws {
            for number in 0..<4 {
                let body: JSONValue = [
                    "task_id": .string("t\(number)"), "type": "train",
                    "labels": ["flow_id": "nightly", "step": .string(number == 0 ? "load" : "train")],
                ]
                _ = try await api.done(.POST, "/api/orchestration/tasks", body)
            }
            for number in 0..<4 {
                let task = try #require(try await api.claim("worker-1", wait: 20).first)
                let id = task["task_id"]?.stringValue ?? ""
                let path = "/api/orchestration/agents/worker-1/tasks/\(id)/"
                let token = task["lease"]?["token"] ?? task["token"] ?? .null
                let what: (String, JSONValue) =
                    number < 3
                    ? ("complete", ["token": token, "result": ["ok": true]])
                    : ("fail", ["token": token, "error": ["message": "no"]])
                _ = try await api.done(.POST, path + what.0, what.1)
            }
            let told = try await get(api, "agents?agent_id=worker-1")["analytics"]
            #expect(told?["counts"]?["completed"] == 3 && told?["counts"]?["failed"] == 1)
            #expect(told?["utilization"]?["capacity"] == 1)
            let all = try await get(api, "agents")["analytics"]
            #expect(all?["agents"]?.arrayValue?.first?["agent_id"] == "worker-1")
            #expect(finished(all?["tasks"]) == 4)
            let steps = try await get(api, "flows?flow_id=nightly")["analytics"]?["steps"]?.arrayValue ?? []
            let counts = steps.map { ($0["step"]?.stringValue ?? "", finished($0) ?? 0) }
            #expect(Dictionary(counts) { $1 } == ["load": 1, "train": 3])
        }

        private static func resources(_ api: API) async throws {
            let base = "/api/orchestration/resources"
            _ = try await api.done(.PUT, base + "/gpu", ["capacity": 4])
            func ask(_ amount: Int) async throws -> JSONValue {
                let body: JSONValue = [
                    "resources": ["gpu": ["requested": JSONValue(amount)]], "constraints": ["ttl": 600, "wait": 60],
                ]
                return try await api.done(.POST, base + "/allocate", body)
            }
            try await EventStream.open(api.gateway) { stream in
                try await stream.subscribe(["resources"])
                let held = try await ask(3)
                #expect(held["status"] == "granted")
                let waiting = try await ask(2)
                #expect(waiting["status"] == "waiting")
                let id = held["allocation_id"]?.stringValue ?? ""
                _ = try await api.done(.POST, base + "/allocations/\(id)/release", [:])
                _ = try await stream.next {
                    $0["event"] == "allocation.granted" && $0["data"]?["allocation_id"] == waiting["allocation_id"]
                }
            }
            let told = try await get(api, "resources?resource_id=gpu")["analytics"]
            #expect(told?["counts"]?["granted"] == 2 && told?["counts"]?["released"] == 1)
            // One did not wait, the other did.
            #expect(told?["latency_seconds"]?["queue"]?["count"] == 2)
            #expect(told?["latency_seconds"]?["queue"]?["max"]?.doubleValue ?? 0 > 0)
            #expect(told?["latency_seconds"]?["handling"]?["count"] == 1)
            let utilization = told?["utilization"]
            #expect(utilization?["now"]?.doubleValue == 0.5 && utilization?["max"]?.doubleValue == 0.75)
            #expect(utilization?["capacity"]?.doubleValue == 4)
            let all = try await get(api, "resources")["analytics"]
            #expect(all?["resources"]?.arrayValue?.first?["resource_id"] == "gpu")
        }

        private static func nothingAndNonsense(_ api: API) async throws {
            for path in [
                "flows?flow_id=none", "agents?agent_id=none", "resources?resource_id=none", "commands?key_id=none",
            ] {
                let told = try await get(api, path)
                #expect(finished(told["analytics"]) == 0)
                #expect(told["confidence"]?.doubleValue == 0)
                #expect(told["insights"] == [])
            }
            for (query, place) in [
                ("from=yesterday", "/from"), ("step=1h&from=-40d", "/from"), ("step=7", "/step"),
                ("step=315359940s", "/step"), ("step=x", "/step"),
                ("to=-2h&from=-1h", "/from"), ("flow_id=%01", "/flow_id"),
            ] {
                let answer = try await api.get("/api/analytics/flows?" + query)
                #expect(answer.status == 400, "\(query)")
                #expect(
                    try answer.json["error"]?["details"]?.arrayValue?.first?["pointer"] == .string(place),
                    "\(query)"
                )
            }
            let unseen = API(gateway: api.gateway, key: nil)
            #expect(try await unseen.get("/api/analytics/agents").status == 401)
        }

        // MARK: - Live

        @Test func subscribersHearOfChangesAtMostOnceASecond() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await EventStream.open(cluster.gateways[0]) { stream in
                    let channel = "analytics:flows:nightly"
                    try await stream.subscribe([channel])
                    let first = try await stream.next { $0["type"] == "analytics_update" }
                    #expect(first["channel"] == .string(channel))
                    #expect(Self.finished(first["analytics"]) == 0 && first["confidence"]?.doubleValue == 0)
                    // Of another flow nothing is told here.
                    try await Self.run(api, "other", good: 2, bad: 0)
                    try await Self.run(api, "nightly", good: 25, bad: 0)
                    var updates: [JSONValue] = []
                    while Self.finished(updates.last?["analytics"]) != 25 {
                        updates.append(try await stream.next { $0["type"] == "analytics_update" })
                    }
                    let counts = updates.compactMap { Self.finished($0["analytics"]) }
                    #expect(counts.first ?? 0 > 0 && counts == Array(Set(counts)).sorted(), "\(counts)")
                    let times = updates.compactMap { $0["timestamp"]?.stringValue.flatMap(Timestamp.date) }
                    // They are written a moment before they are sent.
                    for (one, next) in zip(times, times.dropFirst()) { #expect(next.timeIntervalSince(one) > 0.9) }
                    // Whoever reads the past meanwhile is told how it stands when it is back.
                    try await stream.subscribe(["jobs"], after: "0-0")
                    let back = try await stream.next { $0["type"] == "analytics_update" }
                    #expect(back["channel"] == .string(channel) && Self.finished(back["analytics"]) == 25)
                    // The older form: a request and its answer.
                    try await stream.send(["type": "behavioral", "flow_id": "nightly"])
                    let answer = try await stream.next { $0["type"] == "analytics_update" }
                    #expect(answer["channel"] == nil && Self.finished(answer["analytics"]) == 25)
                    for member in ["analytics", "insights", "confidence", "timestamp"] {
                        #expect(answer[member] != nil)
                    }
                }
            }
        }
    }
}
