import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// What the gateway's callers see of changes among the brokers: they wait; none is lost, none is answered twice.
@Suite(.timeLimit(.minutes(4))) struct BrokerChangeTests {
    /// Sends that many commands at once, each of its own flow, and runs `change` when all of them are recorded.
    private func answers(
        _ count: Int,
        from api: API,
        _ change: @Sendable () async throws -> Void
    ) async throws -> [Answer] {
        try await api.withManyConnections { many in
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for number in 0..<count {
                    group.addTask { try await many.optimize("f\(number)", headers: [("Prefer", "wait=60")]) }
                }
                try await change()
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }

    /// Each was answered with a result of its own, and each job ended once.
    private func expectEachOnce(_ answers: [Answer], _ stream: EventStream, _ api: API) async throws {
        #expect(answers.map(\.status) == answers.map { _ in 200 })
        let jobs = try answers.map { try $0.json["job_id"]?.stringValue }
        #expect(Set(jobs.compactMap(\.self)).count == answers.count)
        // Ends after all of them, whichever partition it is in: they were answered before it was sent.
        let last = try await api.optimize("last").json["job_id"]?.stringValue
        var ended: [String?] = []
        while ended.last != last {
            ended.append(try await stream.event("job.completed")["data"]?["job_id"]?.stringValue)
        }
        #expect(ended.dropLast().compactMap(\.self).sorted() == jobs.compactMap(\.self).sorted())
    }

    @Test func aBrokerThatStopsAndStartsAgainOnlyMakesCallersWait() async throws {
        let environment = ["NOVA_KAFKA_DELIVERY_TIMEOUT": "60s"]
        try await NovaCluster.run(ClusterPlan(broker: .noida, gatewayEnvironment: environment)) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let warm = try await api.optimize("warm")
            #expect(warm.status == 200)
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                // Not killed: this one writes what it was told a moment ago only when it is asked to stop.
                await cluster.broker.process.stop()
                try await api.withManyConnections { many in
                    try await withThrowingTaskGroup(of: Answer.self) { group in
                        for number in 0..<20 {
                            group.addTask { try await many.optimize("f\(number)", headers: [("Prefer", "wait=60")]) }
                        }
                        // All of them are at the gateway, and wait for Kafka.
                        try await api.waitForJobs(20)
                        try await withBroker(.noida, at: cluster.broker.place) { _ in
                            let answers = try await group.reduce(into: []) { $0.append($1) }
                            try await expectEachOnce(answers, stream, api)
                        }
                    }
                }
            }
        }
    }

    @Test func aTopicThatGrowsIsWorkedOnInAllItsPartitions() async throws {
        let plan = ClusterPlan(broker: .noida, environment: ["NOVA_TOPICS_PARTITIONS": "2"])
        try await NovaCluster.run(plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let warm = try await api.optimize("warm")
            #expect(warm.status == 200)
            let worker = cluster.workers[0].process
            let said = try await cluster.nova("topics", "grow", "optimization", "--partitions", "6")
            #expect(said.contains("6 partitions"))
            // A consumer that has partitions already is given the new ones.
            _ = try await worker.line(within: .seconds(90)) {
                LogLine($0)?.message == "partitions assigned" && LogLine($0)?["partitions"]?.contains("5") == true
            }
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                let answers = try await answers(20, from: api) {}
                try await expectEachOnce(answers, stream, api)
            }
        }
    }

    @Test func leadersAndCoordinatorsThatMoveOnlyMakeCallersWait() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let topic = "\(cluster.prefix).optimization.commands"
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                for round in 1...3 {
                    let answers = try await answers(20, from: api) {
                        for partition in 0..<cluster.plan.partitions {
                            try await cluster.broker.order("leader \(topic) \(partition) \(round % 3 + 1)")
                        }
                        try await cluster.broker.order(
                            "coordinator group \(cluster.prefix).optimization \(round % 3 + 1)"
                        )
                    }
                    try await expectEachOnce(answers, stream, api)
                }
            }
        }
    }

    @Test func brokersThatGoOneAfterTheOtherOnlyMakeCallersWait() async throws {
        let environment = ["NOVA_KAFKA_DELIVERY_TIMEOUT": "60s"]
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: environment)) { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["jobs"])
                for broker in 1...3 {
                    try await cluster.broker.order("down \(broker)")
                    let answers = try await answers(20, from: api) {
                        try await cluster.broker.order("up \(broker)")
                    }
                    try await expectEachOnce(answers, stream, api)
                }
            }
        }
    }
}
