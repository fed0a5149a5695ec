import ChildProcesses
import CrashKit
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Many ask at once, four workers answer, two of them are killed: what was told of is replayed and checked.
    ///
    /// `make bench` does the same with 50,000 operations.
    @Suite(.timeLimit(.minutes(6))) struct AllocationInvariantTests {
        private static let base = "/api/orchestration/resources"
        private static let capacities = ["cpu": 20, "gpu": 5, "memory": 50]
        private static let clients = 24
        private static let operations = 100

        @Test func nothingIsGivenThatIsNotThere() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, allocators: 4)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await api.withManyConnections { api in
                    for (id, capacity) in Self.capacities {
                        _ = try await api.done(.PUT, Self.base + "/\(id)", ["capacity": JSONValue(capacity)])
                    }
                    try await EventStream.open(cluster.gateways[0]) { stream in
                        try await stream.subscribe(["resources"])
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            group.addTask {
                                try await Self.useAll(api)
                                // Told after everything else.
                                _ = try await api.done(.PUT, Self.base + "/end", ["capacity": 1])
                            }
                            var replay = AllocationReplay(capacities: Self.capacities)
                            // Two of the four die while they work.
                            var deaths = [50: cluster.allocators[0], 150: cluster.allocators[1]]
                            while true {
                                let event = try await stream.next { $0["type"] == "event" || $0["type"] == "gap" }
                                #expect(event["type"] != "gap")
                                replay.take(event)
                                await deaths.removeValue(forKey: replay.grants)?.process.kill()
                                if event["data"]?["resource_id"] == "end" { break }
                            }
                            try await group.waitForAll()
                            #expect(deaths.isEmpty, "\(replay.grants) grants")
                            #expect(replay.faults == [])
                            try await Self.compare(replay, api)
                        }
                    }
                }
            }
        }

        /// What is told to be given now is what the events came to, but for what ran out since.
        private static func compare(_ replay: AllocationReplay, _ api: API) async throws {
            let pools = try await api.done(.GET, base)["resources"]?.arrayValue ?? []
            #expect(pools.count == capacities.count + 1)
            for pool in pools {
                let id = pool["resource_id"]?.stringValue ?? ""
                #expect(pool["allocated"]?.intValue ?? -1 <= replay.allocated[id, default: 0], "\(id)")
            }
        }

        private static func useAll(_ api: API) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients { group.addTask { try await use(api, seed: client) } }
                try await group.waitForAll()
            }
        }

        /// Asks, gives back, prolongs, as often as it has operations.
        private static func use(_ api: API, seed: Int) async throws {
            var generator = SplitMix64(seed: UInt64(seed))
            var held: [String] = []
            for _ in 0..<operations {
                if let id = held.randomElement(using: &generator), Bool.random(using: &generator) {
                    let what = Int.random(in: 0..<4, using: &generator) == 0 ? "renew" : "release"
                    let path = base + "/allocations/\(id)/\(what)"
                    let answer = try await api.send(.POST, path, [:], headers: [("Prefer", "wait=55")])
                    // It may have been preempted, or run out.
                    #expect([200, 202, 409].contains(answer.status), "\(answer.text)")
                    if what == "release" { held.removeAll { $0 == id } }
                    continue
                }
                let pools = capacities.keys.sorted().filter { _ in Bool.random(using: &generator) }
                let wants = (pools.isEmpty ? ["cpu"] : pools).map { id in
                    (id, JSONValue(Int.random(in: 1...max(1, (capacities[id] ?? 4) / 4), using: &generator)))
                }
                let constraints: JSONValue = [
                    "ttl": JSONValue(Int.random(in: 1...3, using: &generator)),
                    "wait": JSONValue(Int.random(in: 0...1, using: &generator)),
                    "preemptible": .bool(Bool.random(using: &generator)),
                    "best_effort": .bool(Bool.random(using: &generator)),
                ]
                let body: JSONValue = [
                    "resources": .object(Dictionary(uniqueKeysWithValues: wants)), "constraints": constraints,
                    "priority": JSONValue(Int.random(in: 1...5, using: &generator)),
                ]
                let answer = try await api.send(.POST, base + "/allocate", body, headers: [("Prefer", "wait=55")])
                #expect([200, 202, 409].contains(answer.status), "\(answer.text)")
                guard answer.status == 200, let id = try answer.json["allocation_id"]?.stringValue else { continue }
                held.append(id)
            }
        }
    }
}
