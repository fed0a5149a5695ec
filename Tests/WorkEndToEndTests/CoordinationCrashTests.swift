import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// The worker of a coordination dies at each of its steps, before it is saved and after: whoever comes next ends it alike.
///
/// Most of the time they wait for Kafka's session of a dead worker to be over; so three strategies are tested at a time.
@Suite(.serialized, .timeLimit(.minutes(12))) struct CoordinationCrashTests {
    @Test(arguments: ["parallel", "sequential", "pipeline"])
    func theSameEndWhereverItsWorkerDies(strategy: String) async throws {
        try await CoordinationCrash(strategy: strategy).run()
    }
}

@Suite(.serialized, .timeLimit(.minutes(12))) struct DecisionCrashTests {
    @Test(arguments: ["auction", "consensus"])
    func theSameEndWhereverItsWorkerDies(strategy: String) async throws {
        try await CoordinationCrash(strategy: strategy).run()
    }
}

@Suite(.serialized, .timeLimit(.minutes(12))) struct TeamCrashTests {
    @Test(arguments: ["debate", "hierarchical"])
    func theSameEndWhereverItsWorkerDies(strategy: String) async throws {
        try await CoordinationCrash(strategy: strategy).run()
    }
}

/// One strategy with three agents, as often as it has steps.
private struct CoordinationCrash {
    let strategy: String

    /// What must not depend on deaths.
    private struct End: Equatable {
        let result: JSONValue?
        let confidence: JSONValue?
        /// Who was asked for what, and that it was done; sorted.
        let parts: [String]
        let messages: Int
    }

    func run() async throws {
        // A dead member is noticed soon; the embedded broker takes 3 s for the first member of a group.
        let kafka = "fetch.wait.max.ms=10;session.timeout.ms=4000;heartbeat.interval.ms=300"
        let plan = ClusterPlan(workers: 0, workerEnvironment: ["NOVA_KAFKA_PROPERTIES": kafka])
        try await NovaCluster.run(plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            let undisturbed = try await cluster.withProcess(.coordinator) { _ in
                try await whileAgentsWork(api, "calm") {
                    try await end(of: try await coordinate(api, "calm"), api, "calm")
                }
            }
            #expect(undisturbed.parts.count >= 3)
            for point in ["coordination.step", "coordination.saved"] {
                var deaths = 0
                while let disturbed = try await die(at: "\(point)=kill@\(deaths + 1)", cluster, api) {
                    deaths += 1
                    #expect(disturbed == undisturbed, "\(strategy), \(point) \(deaths)")
                }
                // The first step and the last.
                #expect(deaths >= 2, "\(strategy) has died \(deaths) times at \(point)")
            }
        }
    }

    /// In a domain of its own: what agents have done before would count in what they are asked for.
    ///
    /// Nil where the coordination has ended before the place was reached so often.
    private func die(at fault: String, _ cluster: NovaCluster, _ api: API) async throws -> End? {
        let domain = fault.filter { $0.isLetter || $0.isNumber }
        return try await whileAgentsWork(api, domain) {
            try await withThrowingTaskGroup(of: JSONValue?.self) { group in
                group.addTask { try await coordinate(api, domain) }
                let hasDied = try await cluster.withProcess(.coordinator, environment: ["NOVA_FAULT": fault]) { dying in
                    group.addTask {
                        _ = try await dying.exit()
                        return nil
                    }
                    return try await group.next() == .some(nil)
                }
                guard hasDied else {
                    group.cancelAll()
                    return nil
                }
                return try await cluster.withProcess(.coordinator) { _ in
                    guard case .some(.some(let answer)) = try await group.next() else { throw CancellationError() }
                    return try await end(of: answer, api, domain)
                }
            }
        }
    }

    private func coordinate(_ api: API, _ domain: String) async throws -> JSONValue {
        let body: JSONValue = ["agents": ["a", "b", "c"], "task": ["goal": "g"], "strategy": .string(strategy)]
        let path = WorkingTests.CoordinationTests.agents + "/coordinate?domain=\(domain)"
        let answer = try await api.send(.POST, path, body, headers: [("Prefer", "wait=55")])
        #expect(answer.status == 200, "\(strategy): \(answer.text)")
        return try answer.json
    }

    private func whileAgentsWork<Result>(
        _ api: API,
        _ domain: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        var result: Result?
        try await WorkingTests.CoordinationTests.working(api, domain: domain) {
            // They are known when they have claimed.
            while try await api.get(WorkingTests.CoordinationTests.agents + "?domain=\(domain)").json["agents"]?
                .arrayValue?.count
                != 3
            {
                try Task.checkCancellation()
            }
            result = try await body()
        }
        return try #require(result)
    }

    private func end(of answer: JSONValue, _ api: API, _ domain: String) async throws -> End {
        let id = try #require(answer["coordination_id"]?.stringValue)
        let kept = try await api.done(.GET, "/api/orchestration/coordinations/\(id)?domain=\(domain)")
        #expect(kept["status"] == "completed")
        let tasks = try await api.done(.GET, "/api/orchestration/tasks?limit=100&domain=\(domain)")
        let parts = (tasks["tasks"]?.arrayValue ?? []).map { task in
            let facts = ["type", "agent_id", "status", "attempts"].map { task[$0]?.jsonString ?? "" }
            return facts.joined(separator: " ")
        }
        return End(
            result: answer["orchestration"]?["result"],
            confidence: answer["confidence"],
            parts: parts.sorted(),
            messages: kept["messages"]?.arrayValue?.count ?? 0
        )
    }
}
