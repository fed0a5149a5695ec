import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Tasks and agents over real processes: a gateway, a coordination worker, agents that speak HTTP.
    @Suite(.timeLimit(.minutes(6))) struct TaskTests {
        private static let tasks = "/api/orchestration/tasks"
        private static let agents = "/api/orchestration/agents"

        private static func plan(gateways: Int = 1, coordinators: Int = 1, _ settings: [String: String] = [:])
            -> ClusterPlan
        {
            ClusterPlan(
                gateways: gateways,
                workers: 0,
                coordinators: coordinators,
                keys: [TestKey(limit: 100_000)],
                environment: settings
            )
        }

        @Test func aTaskGoesFromItsCreationToItsResult() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await EventStream.open(cluster.gateways[0]) { stream in
                    try await stream.subscribe(["tasks"])
                    let made = try await api.send(
                        .POST,
                        Self.tasks,
                        ["task_id": "t", "type": "sum", "parameters": ["n": 3]]
                    )
                    #expect(made.status == 200)
                    #expect(try made.json["status"] == "created")
                    #expect(try made.json["orchestration"]?["state"] == "ready")
                    #expect(try made.json["confidence"] == 0.5)
                    _ = try await stream.event("task.ready")

                    let held = try #require(try await api.claim("ada").first)
                    #expect(held["task_id"] == "t")
                    #expect(held["parameters"] == ["n": 3])
                    let running = try await stream.event("task.running")
                    #expect(running["data"]?["agent_id"] == "ada")

                    let report = Self.agents + "/ada/tasks/t/"
                    let token = held["token"] ?? .null
                    let told: JSONValue = ["token": token, "fraction": 0.5, "message": "half"]
                    _ = try await api.done(.POST, report + "progress", told)
                    let progress = try await stream.event("task.progress")
                    #expect(progress["data"]?["progress"]?["fraction"] == 0.5)
                    let done = try await api.send(.POST, report + "complete", ["token": token, "result": ["sum": 6]])
                    #expect(try done.json["status"] == "completed")
                    let completed = try await stream.event("task.completed")
                    #expect(completed["data"]?["result"] == ["sum": 6])

                    let task = try await api.get(Self.tasks + "/t")
                    #expect(task.headers.first(name: "ETag") == "\"3\"")
                    #expect(try task.json["status"] == "completed")
                    #expect(try task.json["result"] == ["sum": 6])
                    #expect(try task.json["history"]?.arrayValue?.count == 3)
                    let agent = try await api.get(Self.agents + "/ada").json
                    #expect(agent["record"]?["completed"] == 1)
                    #expect(agent["status"] == "idle")
                }
            }
        }

        /// A claim that waits at one gateway hears of what was made ready at another.
        @Test func waitingClaimsAreWokenWhicheverGatewayTheyWaitAt() async throws {
            try await NovaCluster.run(Self.plan(gateways: 2)) { cluster in
                let (first, second) = (API(gateway: cluster.gateways[0]), API(gateway: cluster.gateways[1]))
                try await withThrowingTaskGroup(of: [JSONValue].self) { group in
                    for agent in ["a", "b", "c"] { group.addTask { try await second.claim(agent, wait: 60) } }
                    // All three wait: their agents are known.
                    while try await first.get(Self.agents).json["agents"]?.arrayValue?.count != 3 {
                        try Task.checkCancellation()
                    }
                    for id in ["x", "y", "z"] {
                        #expect(
                            try await first.send(.POST, Self.tasks, ["task_id": .string(id), "type": "t"]).status == 200
                        )
                    }
                    var given: Set<String> = []
                    for try await tasks in group { given.formUnion(tasks.compactMap { $0["task_id"]?.stringValue }) }
                    #expect(given == ["x", "y", "z"])
                }
            }
        }

        /// A graph made in one call, done by agents, one of which dies with what it holds.
        @Test func aGraphIsDoneInOrderThoughAnAgentDies() async throws {
            try await NovaCluster.run(Self.plan(coordinators: 2)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let batch: JSONValue = [
                    "tasks": .array(
                        (0..<30).map { index in
                            let before: [JSONValue] =
                                index < 3 ? [] : [.string("t\(index - 3)"), .string("t\(index - 1)")]
                            return ["type": "t", "task_id": .string("t\(index)"), "dependencies": .array(before)]
                        }
                    )
                ]
                let made = try await api.send(.POST, Self.tasks + "/batch", batch)
                #expect(try made.json["tasks"]?.arrayValue?.count == 30)
                // It is never heard of again; its lease runs out.
                let lost = try #require(try await api.claim("dead", lease: 1).first)
                var order: [String] = []
                while order.count < 30 {
                    for task in try await api.claim("alive", wait: 5) {
                        let id = try #require(task["task_id"]?.stringValue)
                        let path = Self.agents + "/alive/tasks/\(id)/complete"
                        let answer = try await api.send(
                            .POST,
                            path,
                            ["token": task["token"] ?? .null, "result": .null]
                        )
                        #expect(answer.status == 200)
                        order.append(id)
                    }
                }
                #expect(Set(order).count == 30)
                for (place, id) in order.enumerated() {
                    let index = try #require(Int(id.dropFirst()))
                    guard index >= 3 else { continue }
                    #expect(order.firstIndex(of: "t\(index - 3)") ?? 99 < place)
                    #expect(order.firstIndex(of: "t\(index - 1)") ?? 99 < place)
                }
                let id = try #require(lost["task_id"]?.stringValue)
                let late = try await api.send(
                    .POST,
                    Self.agents + "/dead/tasks/\(id)/complete",
                    ["token": lost["token"] ?? .null, "result": "late"]
                )
                #expect(late.status == 409)
                let result = try await api.get(Self.tasks + "/\(id)").json["result"]
                #expect(result == .null)
            }
        }

        @Test func whatIsWrongIsRefusedWithItsReason() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                func refused(
                    _ method: HTTPMethod,
                    _ path: String,
                    _ body: JSONValue?,
                    _ headers: [(String, String)] = [],
                    as expected: (status: Int, pointer: String?)
                ) async throws {
                    let answer = try await api.send(method, path, body, headers: headers)
                    #expect(answer.status == expected.status, "\(method) \(path): \(answer.text)")
                    guard let pointer = expected.pointer else { return }
                    let named = try answer.json["error"]?["details"]?.arrayValue?.first?["pointer"]
                    #expect(named == .string(pointer), "\(method) \(path): \(answer.text)")
                }
                try await refused(.POST, Self.tasks, ["priority": 9], as: (400, "/type"))
                let unknown: JSONValue = ["type": "t", "dependencies": ["no"]]
                try await refused(.POST, Self.tasks, unknown, as: (400, "/dependencies/0"))
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "t"])
                try await refused(.POST, Self.tasks, ["type": "t", "task_id": "t"], as: (409, "/task_id"))
                try await refused(.PUT, Self.tasks + "/t", ["priority": 2], [("If-Match", "\"7\"")], as: (412, nil))
                try await refused(.PUT, Self.tasks + "/t", [:], [("If-Match", "x")], as: (400, nil))
                try await refused(.PUT, Self.tasks + "/t", ["dependencies": ["t"]], as: (400, "/dependencies/0"))
                _ = try await api.done(.PUT, Self.tasks + "/t", ["status": "completed"])
                try await refused(.PUT, Self.tasks + "/t", ["status": "running"], as: (409, "/status"))
                try await refused(.GET, Self.tasks + "/none", nil, as: (404, nil))
                try await refused(.DELETE, Self.tasks + "/none", nil, as: (404, nil))
                try await refused(.GET, Self.tasks + "?status=odd", nil, as: (400, "/status"))
                let large = JSONValue.string(String(repeating: "x", count: 300_000))
                let path = Self.agents + "/a/tasks/t/complete"
                try await refused(.POST, path, ["token": 1, "result": large], as: (413, "/result"))
                try await refused(.PUT, Self.agents + "/a", ["capacity": 0], as: (400, "/capacity"))
                try await refused(.DELETE, Self.agents + "/nobody", nil, as: (404, nil))
                try await refused(.POST, Self.agents + "/a/claim", ["wait": 61], as: (400, "/wait"))
            }
        }

        /// What a body says beside the path is done or refused, never passed over.
        @Test func whatContradictsThePathOrNobodyLooksAtIsRefused() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "t", "agents": ["a"]])
                let token = try #require(try await api.claim("a").first?["token"])
                let report = Self.agents + "/a/tasks/t/"
                let job = try #require(
                    try await api.send(.POST, Self.tasks, ["type": "u"], headers: [("Prefer", "respond-async")])
                        .json["job_id"]?.stringValue
                )
                for (method, path, body, pointer) in [
                    (.POST, report + "complete", ["token": token, "agent_id": "b"], "/agent_id"),
                    (.POST, report + "complete", ["token": token, "task_id": "other"], "/task_id"),
                    (.POST, report + "fail", ["token": token, "type": "fail"], "/type"),
                    (.POST, report + "progress", ["token": token, "agent_id": "b"], "/agent_id"),
                    (.POST, report + "progress", ["token": token, "ref": "r"], "/ref"),
                    (.POST, Self.agents + "/a/heartbeat", ["agent_id": "b"], "/agent_id"),
                    (.DELETE, Self.tasks + "/t", ["purge": true], "/purge"),
                    (.DELETE, Self.tasks + "/t?purge=true", ["purge": false], "/purge"),
                    (.DELETE, Self.agents + "/a", ["domian": "d"], "/domian"),
                    (.DELETE, "/api/orchestration/flows/f", ["force": true], "/force"),
                    (.DELETE, "/api/orchestration/resources/r", ["force": true], "/force"),
                    (.DELETE, "/api/orchestration/memory/m", ["force": true], "/force"),
                    (.POST, "/api/orchestration/resources/allocations/x/release", ["amount": 1], "/amount"),
                    (.DELETE, "/api/jobs/" + job, ["reason": "x"], "/reason"),
                    (.POST, "/api/ws/tickets", ["expires_in": 600], "/expires_in"),
                ] as [(HTTPMethod, String, JSONValue, String)] {
                    let answer = try await api.send(method, path, body)
                    #expect(answer.status == 400, "\(method) \(path): \(answer.text)")
                    let named = try answer.json["error"]?["details"]?.arrayValue?.first?["pointer"]
                    #expect(named == .string(pointer), "\(method) \(path): \(answer.text)")
                }
                #expect(try await api.get(Self.tasks + "/t").json["status"] == "running")
                // A restriction is taken off as it was put on.
                let patch: JSONValue = ["agents": nil, "labels": ["l": "1"]]
                _ = try await api.done(.POST, report + "release", ["token": token])
                let patched = try await api.send(
                    .PATCH,
                    Self.tasks + "/t",
                    patch,
                    headers: [
                        ("Content-Type", "application/merge-patch+json"), ("If-Match", "*"), ("If-None-Match", "\"9\""),
                    ]
                )
                #expect(patched.status == 200, "\(patched.text)")
                #expect(try await api.get(Self.tasks + "/t").json["agents"] == [])
                // An empty body, and the domain, as clients send them.
                for body in [[:], ["domain": "professional"]] as [JSONValue] {
                    let answer = try await api.send(.DELETE, Self.agents + "/nobody", body)
                    #expect(answer.status == 404, "\(answer.text)")
                }
                #expect(try await api.send(.POST, "/api/ws/tickets", [:]).status == 201)
            }
        }

        /// Under one key a request that asks for more, or under another condition, is another request.
        @Test func aKeyIsOfItsFlagsAndConditionsToo() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                func send(_ method: HTTPMethod, _ more: String, _ body: JSONValue?, _ headers: (String, String)...)
                    async throws -> Int
                {
                    let headers = [("Idempotency-Key", "\(method)")] + headers
                    return try await api.send(method, Self.tasks + "/t" + more, body, headers: headers).status
                }
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "t"])
                let put: JSONValue = ["priority": 2]
                #expect(try await send(.PUT, "", put, ("If-Match", "\"1\"")) == 200)
                #expect(try await send(.PUT, "", put, ("If-Match", "1")) == 200)
                #expect(try await send(.PUT, "", put, ("If-Match", "\"2\"")) == 422)
                #expect(try await send(.PUT, "", put, ("If-None-Match", "\"9\"")) == 422)
                #expect(try await send(.PUT, "", put) == 422)
                #expect(try await send(.DELETE, "", nil) == 200)
                #expect(try await send(.DELETE, "?purge=false", nil) == 200)
                #expect(try await send(.DELETE, "?purge=true", nil) == 422)
                #expect(try await api.get(Self.tasks + "/t").status == 200)
            }
        }

        /// An end that a client did not ask to forget stays: whatever comes at the same time, and however often it asks.
        @Test func deletingEndsWhatRunsAndForgetsOnRequestOnly() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "t"])
                let held = try #require(try await api.claim("ada").first)
                let path = Self.agents + "/ada/tasks/t/complete"
                let report: JSONValue = ["token": held["token"] ?? .null, "result": ["n": 1]]
                #expect(try await api.done(.POST, path, report)["status"] == "completed")
                #expect(try await api.done(.POST, path, report)["status"] == "completed")
                let other: JSONValue = ["token": held["token"] ?? .null, "result": ["n": 2]]
                #expect(try await api.send(.POST, path, other).status == 409)
                for _ in 0..<2 { #expect(try await api.done(.DELETE, Self.tasks + "/t")["status"] == "completed") }
                #expect(try await api.get(Self.tasks + "/t").json["result"] == ["n": 1])
                #expect(try await api.send(.DELETE, Self.tasks + "/t?purge=yes").status == 400)
                #expect(try await api.done(.DELETE, Self.tasks + "/t?purge=true")["status"] == "deleted")
                #expect(try await api.get(Self.tasks + "/t").status == 404)
            }
        }

        /// What is kept for an owner is bounded; the answer names the setting.
        @Test func anOwnerKeepsSoMuchAndNoMore() async throws {
            let bounds = ["NOVA_LIMITS_TASKS_PER_OWNER": "2", "NOVA_LIMITS_NEEDS_PER_OWNER": "1"]
            try await NovaCluster.run(Self.plan(bounds)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                func refused(_ body: JSONValue, by setting: String) async throws {
                    let answer = try await api.send(.POST, Self.tasks, body)
                    #expect(answer.status == 409, "\(answer.text)")
                    let error = try answer.json["error"]
                    #expect(error?["code"] == "LIMIT_REACHED")
                    let detail = error?["details"]?.arrayValue?.first?["message"]?.stringValue ?? ""
                    #expect(detail.contains(setting), "\(answer.text)")
                }
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "a"])
                try await refused(["type": "t", "capabilities": ["x"]], by: "limits.needs_per_owner")
                _ = try await api.done(.POST, Self.tasks, ["type": "t", "task_id": "b"])
                try await refused(["type": "t"], by: "limits.tasks_per_owner")
                _ = try await api.done(.DELETE, Self.tasks + "/a")
                _ = try await api.done(.DELETE, Self.tasks + "/a?purge=true")
                _ = try await api.done(.POST, Self.tasks, ["type": "t"])
            }
        }

        @Test func aRepeatedRequestMakesOneTask() async throws {
            try await NovaCluster.run(Self.plan(gateways: 2)) { cluster in
                var ids: Set<String> = []
                for gateway in cluster.gateways {
                    let answer = try await API(gateway: gateway).send(
                        .POST,
                        Self.tasks,
                        ["type": "t"],
                        headers: [("Idempotency-Key", "once")]
                    )
                    ids.insert(try #require(try answer.json["task_id"]?.stringValue))
                }
                #expect(ids.count == 1)
                let listed = try await API(gateway: cluster.gateways[0]).get(Self.tasks).json["tasks"]?.arrayValue
                #expect(listed?.count == 1)
            }
        }

        /// Before the change, and after it but before the job has ended: the next worker makes it once.
        @Test(arguments: ["worker.mid-handle", "worker.handled"])
        func aCommandWhoseWorkerDiedIsCarriedOutOnce(point: String) async throws {
            try await NovaCluster.run(Self.plan(coordinators: 0)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await cluster.withProcess(.coordinator, environment: ["NOVA_FAULT": "\(point)=kill@1"]) { dying in
                    let body: JSONValue = ["task_id": "t", "type": "t"]
                    let accepted = try await api.send(.POST, Self.tasks, body, headers: [("Prefer", "respond-async")])
                    #expect(accepted.status == 202)
                    _ = try await dying.exit()
                }
                try await cluster.withProcess(.coordinator) { _ in
                    try await api.waitForJobs(1, "completed")
                    let task = try await api.get(Self.tasks + "/t").json
                    #expect(task["status"] == "ready")
                    #expect(task["version"] == 1)
                    #expect(task["history"]?.arrayValue?.count == 1)
                }
            }
        }

        @Test func novaAssignsWhatIsReadyAndSaysWhy() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let skilled: JSONValue = ["capabilities": ["lua"], "capacity": 2]
                _ = try await api.done(.PUT, Self.agents + "/skilled", skilled)
                _ = try await api.done(.PUT, Self.agents + "/plain", [:])
                for (id, capability) in [("a", "lua"), ("b", ""), ("c", "cobol")] {
                    let needs: JSONValue = capability.isEmpty ? [] : [.string(capability)]
                    let task: JSONValue = ["type": "t", "task_id": .string(id), "capabilities": needs]
                    _ = try await api.done(.POST, Self.tasks, task)
                }
                let plan = try await api.send(.POST, Self.tasks + "/assign", ["dry_run": true]).json
                #expect(plan["status"] == "planned")
                let state = try await api.get(Self.tasks + "/a").json["status"]
                #expect(state == "ready")
                let done = try await api.send(.POST, Self.tasks + "/assign", [:]).json
                #expect(done["assignments"] == plan["assignments"])
                let pairs = done["assignments"]?.arrayValue?.map { [$0["task_id"], $0["agent_id"]] }
                #expect(
                    pairs == [["a", "skilled"], ["b", "plain"]] || pairs == [["b", "plain"], ["a", "skilled"]]
                )
                #expect(done["unassigned"]?.arrayValue?.first?["reason"] == "no agent has cobol")
                // Without being asked, for agents that wait for Nova.
                let waiting: JSONValue = ["capabilities": ["cobol"], "assignment": "nova"]
                _ = try await api.done(.PUT, Self.agents + "/old", waiting)
                let claimed = try await api.claim("old", wait: 60).first?["task_id"]
                #expect(claimed == "c")
                // By hand, to an agent nobody knows.
                let own: JSONValue = ["agent_id": "new", "task": ["note": "as older clients say it"]]
                let assigned = try await api.send(.POST, Self.agents + "/new/assign", own).json
                #expect(assigned["status"] == "assigned")
                let id = try #require(assigned["task_id"]?.stringValue)
                let parameters = try await api.get(Self.tasks + "/\(id)").json["parameters"]
                #expect(parameters == ["note": "as older clients say it"])
                let status = try await api.get(Self.agents + "/new").json["status"]
                #expect(status == "unattended")
            }
        }

        @Test func aStoppingGatewayAnswersWaitingClaims() async throws {
            try await NovaCluster.run(Self.plan(gateways: 2)) { cluster in
                let (leaving, staying) = (API(gateway: cluster.gateways[0]), API(gateway: cluster.gateways[1]))
                async let claimed = leaving.claim("ada", wait: 60)
                while try await staying.get(Self.agents + "/ada").status != 200 { try Task.checkCancellation() }
                cluster.gateways[0].process.signal(SIGTERM)
                let tasks = try await claimed
                #expect(tasks.isEmpty)
                let exit = try await cluster.gateways[0].process.exit()
                #expect(exit == .exited(0))
            }
        }
    }
}
