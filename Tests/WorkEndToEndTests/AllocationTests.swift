import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Resources over real processes.
    @Suite(.timeLimit(.minutes(4))) struct AllocationTests {
        private static let base = "/api/orchestration/resources"

        private static func plan(_ allocators: Int = 1) -> ClusterPlan {
            let keys = ["a", "b"].map { TestKey(name: $0, key: "test-key-\($0)", owner: "team") }
            return ClusterPlan(gateways: 1, workers: 0, allocators: allocators, keys: keys)
        }

        private static func apis(_ cluster: NovaCluster) -> (API, API) {
            (API(gateway: cluster.gateways[0], key: "test-key-a"), API(gateway: cluster.gateways[0], key: "test-key-b"))
        }

        private static func ask(_ api: API, _ amount: Int, _ constraints: JSONValue = [:], priority: Int = 1)
            async throws -> Answer
        {
            let body: JSONValue = [
                "resources": ["gpu": ["requested": JSONValue(amount)]], "constraints": constraints,
                "priority": JSONValue(priority),
            ]
            return try await api.send(.POST, base + "/allocate", body, headers: [("Prefer", "wait=55")])
        }

        private static func free(_ api: API) async throws -> JSONValue? {
            try await api.done(.GET, base)["resources"]?.arrayValue?.first?["free"]
        }

        @Test func whatIsGivenComesBackAndGoesToWhoWaits() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let (a, b) = Self.apis(cluster)
                try await EventStream.open(cluster.gateways[0], key: "test-key-b") { stream in
                    try await stream.subscribe(["resources"])
                    _ = try await a.done(
                        .PUT,
                        Self.base + "/gpu",
                        ["capacity": 4, "unit": "cards", "divisible": false]
                    )
                    let held = try await Self.ask(a, 3, ["ttl": 60]).json
                    #expect(held["status"] == "granted")
                    #expect(held["allocations"]?.arrayValue?.first?["allocated"] == 3)
                    #expect(held["analytics"]?["utilization"]?["gpu"] == 0.75)
                    #expect(held["analytics"]?["dominant_shares"]?["a"] == 0.75)
                    #expect(held["confidence"] == 1)
                    let refused = try await Self.ask(b, 2)
                    #expect(refused.status == 409)
                    #expect(refused.text.contains("1 of 4 cards of gpu can be had, 2 needed"))
                    let never = try await Self.ask(b, 5)
                    #expect(try never.code == "INFEASIBLE")
                    let waiting = try await Self.ask(b, 2, ["wait": 60]).json
                    #expect(waiting["status"] == "waiting")
                    #expect(waiting["confidence_basis"]?.stringValue?.contains("too few releases") == true)
                    #expect(try await Self.free(a) == 1)
                    let id = held["allocation_id"]?.stringValue ?? ""
                    let renewed = try await a.done(.POST, Self.base + "/allocations/\(id)/renew", ["ttl": 120])
                    #expect(renewed["status"] == "renewed")
                    let released = try await a.done(.POST, Self.base + "/allocations/\(id)/release", [:])
                    #expect(released["status"] == "released")
                    let granted = try await stream.next {
                        $0["event"] == "allocation.granted" && $0["data"]?["requester"] == "b"
                    }
                    #expect(granted["data"]?["allocation_id"] == waiting["allocation_id"])
                    #expect(try await Self.free(a) == 2)
                    // The answer may have been lost: again is as the first time, and gives nothing back twice.
                    let twice = try await a.done(.POST, Self.base + "/allocations/\(id)/release", [:])
                    #expect(twice["status"] == "released")
                    #expect(try await Self.free(a) == 2)
                    let late = try await a.send(.POST, Self.base + "/allocations/\(id)/renew", ["ttl": 9])
                    #expect(late.status == 409)
                }
            }
        }

        @Test func leasesRunOutAndPrioritiesTake() async throws {
            try await NovaCluster.run(Self.plan(2)) { cluster in
                let (a, b) = Self.apis(cluster)
                try await EventStream.open(cluster.gateways[0], key: "test-key-a") { stream in
                    try await stream.subscribe(["resource:gpu"])
                    _ = try await a.done(.PUT, Self.base + "/gpu", ["capacity": 4])
                    _ = try await Self.ask(a, 4, ["ttl": 1])
                    _ = try await stream.event("allocation.expired")
                    let low = try await Self.ask(a, 4, ["ttl": 600, "preemptible": true]).json
                    let dry: JSONValue = ["resources": ["gpu": 2], "priority": 5, "dry_run": true]
                    let plan = try await b.done(.POST, Self.base + "/allocate", dry)
                    #expect(plan["status"] == "would_be_granted")
                    #expect(plan["orchestration"]?["would_preempt"] == [low["allocation_id"] ?? .null])
                    #expect(try await Self.free(a) == 0)
                    let high = try await Self.ask(b, 2, priority: 5).json
                    #expect(high["status"] == "granted")
                    let gone = try await stream.event("allocation.preempted")
                    #expect(gone["data"]?["allocation_id"] == low["allocation_id"])
                    #expect(try await Self.free(a) == 2)
                    // Lowered below what is given, it shrinks as that comes back.
                    let shrunk = try await a.done(.PUT, Self.base + "/gpu", ["capacity": 1])
                    #expect(shrunk["shrinking"] == true)
                    let pool = try await a.done(.GET, Self.base + "/gpu")
                    #expect(pool["capacity"] == 2 && pool["declared_capacity"] == 1 && pool["free"] == 0)
                    #expect(try await a.send(.DELETE, Self.base + "/gpu").status == 409)
                    let id = high["allocation_id"]?.stringValue ?? ""
                    _ = try await b.done(.POST, Self.base + "/allocations/\(id)/release", [:])
                    let rest = try await a.done(.GET, Self.base + "/gpu")
                    #expect(rest["capacity"] == 1 && rest["free"] == 1)
                    #expect(try await a.done(.DELETE, Self.base + "/gpu")["status"] == "deleted")
                }
            }
        }

        /// One that waits takes back what it may when its turn comes, and one that can never be met ends with its reason.
        @Test func thoseThatWaitAreSeenTo() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let (a, b) = Self.apis(cluster)
                try await EventStream.open(cluster.gateways[0], key: "test-key-a") { stream in
                    try await stream.subscribe(["resources"])
                    _ = try await a.done(.PUT, Self.base + "/gpu", ["capacity": 2])
                    _ = try await a.done(.PUT, Self.base + "/mem", ["capacity": "5k"])
                    let low = try await Self.ask(a, 2, ["ttl": 600, "preemptible": true]).json
                    let mem = try await a.done(
                        .POST,
                        Self.base + "/allocate",
                        ["resources": ["mem": "5E3"], "constraints": ["ttl": 600]]
                    )
                    let both: JSONValue = [
                        "resources": ["gpu": 2, "mem": 5_000], "priority": 3, "constraints": ["wait": 300],
                    ]
                    let high = try await b.done(.POST, Self.base + "/allocate", both)
                    #expect(high["status"] == "waiting")
                    let id = mem["allocation_id"]?.stringValue ?? ""
                    _ = try await a.done(.POST, Self.base + "/allocations/\(id)/release", [:])
                    let gone = try await stream.event("allocation.preempted")
                    #expect(gone["data"]?["allocation_id"] == low["allocation_id"])
                    let granted = try await stream.next {
                        $0["event"] == "allocation.granted" && $0["data"]?["requester"] == "b"
                    }
                    #expect(granted["data"]?["allocation_id"] == high["allocation_id"])

                    _ = try await a.done(.PUT, Self.base + "/tpu", ["capacity": 10])
                    func tpu(_ amount: Int, _ wait: Int) async throws -> JSONValue {
                        let body: JSONValue = [
                            "resources": ["tpu": JSONValue(amount)], "constraints": ["wait": JSONValue(wait)],
                        ]
                        return try await a.done(.POST, Self.base + "/allocate", body)
                    }
                    #expect(try await tpu(6, 0)["status"] == "granted")
                    let eight = try await tpu(8, 300)
                    #expect(eight["status"] == "waiting")
                    _ = try await a.done(.PUT, Self.base + "/tpu", ["capacity": 7])
                    let ended = try await stream.event("allocation.impossible")
                    #expect(ended["data"]?["allocation_id"] == eight["allocation_id"])
                    let kept = try await a.done(
                        .GET,
                        Self.base + "/allocations/\(eight["allocation_id"]?.stringValue ?? "")"
                    )
                    #expect(kept["status"] == "impossible")
                    #expect(kept["reason"]?.stringValue?.contains("7 of 7 of tpu can be had, 8 needed") == true)
                    #expect(try await tpu(1, 0)["status"] == "granted")
                }
            }
        }

        /// What the Python server's clients send, for pools that nobody declared; again and again.
        @Test func olderClientsGoOnWorking() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let (a, b) = Self.apis(cluster)
                let body: JSONValue = [
                    "resources": ["cpu": ["capacity": 100], "memory": ["capacity": 64]], "priority": 1,
                ]
                for _ in 0..<2 {
                    let answer = try await a.done(.POST, Self.base + "/allocate", body)
                    #expect(answer["allocations"]?.arrayValue?.map { $0["allocated"] } == [100, 64])
                    #expect(answer["analytics"] != nil && answer["confidence"] == 1 && answer["timestamp"] != nil)
                }
                // Somebody else finds it given.
                #expect(try await b.send(.POST, Self.base + "/allocate", body).status == 409)
                let pools = try await a.done(.GET, Self.base)["resources"]?.arrayValue ?? []
                #expect(pools.map { $0["allocated"] } == [100, 64])
            }
        }
    }
}
