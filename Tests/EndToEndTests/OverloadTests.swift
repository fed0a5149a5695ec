import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// More work than a gateway can take on: its callers wait or are told so, its memory stays within bounds, and
/// afterwards all is well.
@Suite(.timeLimit(.minutes(4))) struct OverloadTests {
    /// A request with a body of that many bytes.
    private func send(_ api: API, _ flow: String, bytes: Int, headers: [(String, String)] = []) async throws -> Answer {
        let json = Sample.flow.jsonBytes
        let body = Array(repeating: UInt8(ascii: " "), count: bytes - json.count) + json
        return try await api.send(.POST, "/api/orchestration/flows/\(flow)/optimize", headers: headers, raw: body)
    }

    private func expectRefused(_ answer: Answer, _ problem: String) throws {
        #expect(answer.status == 503)
        #expect(try answer.code == "SERVICE_UNAVAILABLE")
        #expect(try answer.json["detail"]?.stringValue == problem)
        #expect(answer.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0 >= 1)
    }

    @Test func oneKeyCannotTakeAllPlaces() async throws {
        let keys = [TestKey(), TestKey(name: "other", key: "other-key", permissions: ["admin"], owner: "test")]
        let environment = ["NOVA_HTTP_MAXIMUM_IN_FLIGHT_PER_KEY": "3"]
        try await NovaCluster.run(ClusterPlan(workers: 0, keys: keys, gatewayEnvironment: environment)) { cluster in
            let (api, other) = (API(gateway: cluster.gateways[0]), API(gateway: cluster.gateways[0], key: "other-key"))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<3 {
                    group.addTask { try await api.optimize("f\(number)", headers: [("Prefer", "wait=60")]).status }
                }
                try await other.waitForJobs(3)
                let refused = try await api.optimize("f")
                try expectRefused(refused, "too many requests of this key at once")
                #expect(refused.headers.first(name: "RateLimit") == nil)
                // Another key has its own places, and what waits goes on.
                let taken = try await other.optimize("g", headers: [("Prefer", "respond-async")])
                #expect(taken.status == 202)
                let metrics = try await other.get("/metrics").text
                #expect(metrics.contains(#"nova_http_overload_total{bound="requests_of_key"} 1"#))
                try await cluster.withWorker { _ in
                    for try await status in group { #expect(status == 200) }
                    let after = try await api.optimize("f")
                    #expect(after.status == 200)
                    // The refused one was not counted: three, and this one.
                    #expect(after.headers.first(name: "RateLimit")?.contains("r=99996") == true)
                }
            }
        }
    }

    @Test func bodiesThatWaitForASlowKafkaAreBounded() async throws {
        let bound = 4 << 20
        let environment = [
            "NOVA_HTTP_MAXIMUM_BODY_BYTES": "1048576", "NOVA_HTTP_MAXIMUM_BODY_BYTES_IN_FLIGHT": "\(bound)",
        ]
        // All of them would fit into what the embedded broker keeps.
        let (count, bytes) = (150, 100_000)
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: environment)) { cluster in
            let gateway = cluster.gateways[0]
            let api = API(gateway: gateway)
            _ = try await api.optimize("warm")
            let before = try gateway.memory("VmRSS")
            for broker in 1...3 { try await cluster.broker.order("delay \(broker) 1500") }
            let answers = try await api.withManyConnections { many in
                try await withThrowingTaskGroup(of: Answer.self) { group in
                    for number in 0..<count {
                        group.addTask {
                            try await send(many, "f\(number)", bytes: bytes, headers: [("Prefer", "respond-async")])
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            for broker in 1...3 { try await cluster.broker.order("delay \(broker) 0") }
            let (taken, refused) = (answers.filter { $0.status == 202 }, answers.filter { $0.status != 202 })
            // As many as fit are taken at once, and more when those have their report.
            #expect(taken.count >= 20)
            #expect(refused.count >= 20)
            for answer in refused { try expectRefused(answer, "too many large requests at once") }
            let most = try gateway.memory("VmHWM")
            #expect(most - before < 12 * bound, "\((most - before) >> 20) MiB more at its height")
            // Nothing that was taken is lost, and nothing else was made.
            try await api.waitForJobs(min(100, taken.count), "completed")
            let after = try await api.optimize("f")
            #expect(after.status == 200)
        }
    }

    @Test func aFullQueueIsAnsweredAtOnce() async throws {
        let environment = [
            "NOVA_KAFKA_PROPERTIES": "queue.buffering.max.kbytes=100", "NOVA_KAFKA_DELIVERY_TIMEOUT": "60s",
        ]
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: environment)) { cluster in
            let api = API(gateway: cluster.gateways[0])
            _ = try await api.optimize("warm")
            for broker in 1...3 { try await cluster.broker.order("down \(broker)") }
            async let waiting = send(api, "first", bytes: 90_000, headers: [("Prefer", "wait=60")])
            try await api.waitForJobs(1)
            // The first may have its record and not have sent it yet: then this one takes its place in the queue.
            var answers: [Answer] = []
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for number in 0..<2 {
                    group.addTask {
                        try await send(api, "later\(number)", bytes: 90_000, headers: [("Prefer", "wait=60")])
                    }
                }
                let refused = try #require(try await group.next())
                try expectRefused(refused, "too many commands wait for Kafka")
                try await api.waitForJobs(1, "failed")
                for broker in 1...3 { try await cluster.broker.order("up \(broker)") }
                for try await answer in group { answers.append(answer) }
            }
            answers.append(try await waiting)
            #expect(answers.contains { $0.status == 200 })
            let after = try await send(api, "after", bytes: 90_000)
            #expect(after.status == 200)
        }
    }
}
