import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// Two owners with the same domain and the same ids, over real processes: neither sees, changes or waits for the other.
@Suite(.timeLimit(.minutes(4))) struct FlowOwnerTests {
    private static let keys = ["a", "b"].map { TestKey(name: $0, key: "key-of-\($0)") }
    private static let path = "/api/orchestration/flows/nightly"
    private static let soon = [("Prefer", "wait=55")]

    private func apis(_ cluster: NovaCluster) -> (a: API, b: API) {
        let gateway = cluster.gateways[0]
        return (API(gateway: gateway, key: "key-of-a"), API(gateway: gateway, key: "key-of-b"))
    }

    private func finished(_ api: API) async throws -> Int {
        let told = try await api.get("/api/analytics/flows?flow_id=nightly")
        #expect(told.status == 200, "\(told.text)")
        return try told.json["analytics"]?["counts"]?["finished"]?.intValue ?? 0
    }

    @Test func aFlowIsItsOwnersOnly() async throws {
        let plan = ClusterPlan(partitions: 1, keys: Self.keys, workerEnvironment: ["NOVA_LIMITS_FLOWS_PER_OWNER": "1"])
        try await NovaCluster.run(plan) { cluster in
            let (a, b) = apis(cluster)
            let stored = try await a.send(.PUT, Self.path, Sample.flow, headers: Self.soon)
            #expect(stored.status == 200, "\(stored.text)")

            let seen = try await b.get(Self.path)
            #expect(seen.status == 404)
            let deleted = try await b.send(.DELETE, Self.path, headers: Self.soon)
            #expect(deleted.status == 404)
            let asked: JSONValue = ["parameters": ["capacity": ["gpu": 2]]]
            let optimized = try await b.optimize("nightly", asked, headers: Self.soon)
            #expect(!optimized.text.contains(#""step""#) && !optimized.text.contains("makespan\":6"))
            #expect(try (optimized.json["optimizations"]?.arrayValue ?? []).isEmpty)

            let own: JSONValue = ["steps": [["id": "only", "duration": 9]]]
            let put = try await b.send(.PUT, Self.path, own, headers: Self.soon)
            #expect(try put.json["status"] == "created" && put.json["version"] == 1)
            let mine = try await a.get(Self.path)
            #expect(try mine.json["steps"]?.arrayValue?.count == 3 && mine.json["version"] == 1)
            let theirs = try await b.get(Self.path)
            #expect(try theirs.json["steps"]?.arrayValue?.count == 1)

            // Each has as many as one owner may have.
            for api in [a, b] {
                let refused = try await api.send(
                    .PUT,
                    "/api/orchestration/flows/second",
                    Sample.flow,
                    headers: Self.soon
                )
                #expect(refused.status == 409)
                #expect(try refused.code == "LIMIT_REACHED")
                #expect(refused.text.contains("limits.flows_per_owner"))
            }

            let gone = try await b.send(.DELETE, Self.path, headers: Self.soon)
            #expect(gone.status == 200)
            let left = try await a.get(Self.path)
            #expect(left.status == 200)
            let (ofA, ofB) = (try await finished(a), try await finished(b))
            #expect(ofA == 1 && ofB == 4)
        }
    }

    @Test func aChannelTellsOfTheOwnersFlowOnly() async throws {
        try await NovaCluster.run(ClusterPlan(partitions: 1, keys: Self.keys)) { cluster in
            let (a, b) = apis(cluster)
            try await EventStream.open(cluster.gateways[0], key: "key-of-a") { stream in
                try await stream.subscribe(["flow:nightly", "analytics:flows:nightly"])
                let theirs = try await b.optimize("nightly", headers: Self.soon)
                let mine = try await a.optimize("nightly", headers: Self.soon)
                let (foreign, own) = (try theirs.json["job_id"]?.stringValue, try mine.json["job_id"]?.stringValue)
                let id = try #require(own)
                // Everything up to the end of the own one, which came after the other.
                var texts: [String] = []
                _ = try await stream.next { message in
                    texts.append(message.jsonString)
                    return message["event"] == "job.completed" && message["data"]?["job_id"] == .string(id)
                }
                #expect(!texts.contains { $0.contains(foreign ?? "none") })
            }
        }
    }

    @Test func longCommandsOfOneOwnerDoNotDelayAnothersOfTheSameName() async throws {
        try await NovaCluster.run(ClusterPlan(partitions: 1, keys: Self.keys)) { cluster in
            let (a, b) = apis(cluster)
            try await EventStream.open(cluster.gateways[0], key: "key-of-b") { stream in
                try await stream.subscribe(["flow:nightly"])
                var jobs: [String] = []
                for _ in 0..<3 {
                    let accepted = try await b.optimize(
                        "nightly",
                        Sample.hard(seconds: 300),
                        headers: [("Prefer", "respond-async")]
                    )
                    jobs.append(try #require(accepted.json["job_id"]?.stringValue))
                }
                _ = try await stream.event("job.running")
                let answer = try await a.optimize("nightly", headers: Self.soon)
                #expect(answer.status == 200, "\(answer.text)")
                // And all of the other's is still to be done.
                let running = try await b.get("/api/jobs/\(jobs[0])")
                #expect(try running.json["status"] == "running")
                let waiting = try await b.get("/api/jobs/\(jobs[1])")
                #expect(try waiting.json["status"] == "queued")
                for job in jobs.reversed() { _ = try await b.send(.DELETE, "/api/jobs/\(job)") }
                let first = JSONValue.string(jobs[0])
                _ = try await stream.next { $0["event"] == "job.cancelled" && $0["data"]?["job_id"] == first }
            }
        }
    }
}
