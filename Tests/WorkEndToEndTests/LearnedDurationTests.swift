import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// What agents needed for a flow's steps is offered to its next optimization, over real processes.
    @Suite(.timeLimit(.minutes(4))) struct LearnedDurationTests {
        private static let runs = 5

        private static func run(_ api: API, _ number: Int) async throws {
            let body: JSONValue = [
                "task_id": .string("t\(number)"), "type": "load", "labels": ["flow_id": "nightly", "step": "load"],
            ]
            _ = try await api.done(.POST, "/api/orchestration/tasks", body)
            let task = try #require(try await api.claim("worker-1", wait: 20).first)
            let token = task["lease"]?["token"] ?? task["token"] ?? .null
            let path = "/api/orchestration/agents/worker-1/tasks/t\(number)/complete"
            _ = try await api.done(.POST, path, ["token": token, "result": ["ok": true]])
        }

        private static func optimize(_ api: API, _ durations: String) async throws -> JSONValue {
            let body: JSONValue = [
                "parameters": [
                    "steps": [
                        ["id": "load", "duration": 500],
                        ["id": "train", "duration": 100, "dependencies": ["load"]],
                    ],
                    "durations": .string(durations),
                ],
                "constraints": ["deadline": 700],
            ]
            let answer = try await api.optimize("nightly", body)
            #expect(answer.status == 200, "\(answer.text)")
            return try answer.json
        }

        @Test func recordedRunsAreOfferedInsteadOfWhatIsDeclared() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 1, coordinators: 1)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                for number in 0..<(Self.runs - 1) { try await Self.run(api, number) }
                let few = try await Self.optimize(api, "median")
                #expect(few["analytics"]?["observed_durations"] == nil)
                #expect(few["analytics"]?["makespan"] == 600)
                #expect(few["confidence_basis"]?.stringValue?.contains("too few runs") == true)

                try await Self.run(api, Self.runs)
                let declared = try await Self.optimize(api, "declared")
                let observed = declared["analytics"]?["observed_durations"]?["load"]
                #expect(observed?["runs"]?.intValue == Self.runs)
                #expect(observed?["declared"] == 500)
                let median = try #require(observed?["median"]?.doubleValue)
                #expect(median <= observed?["p90"]?.doubleValue ?? 0)
                #expect(declared["analytics"]?["makespan"] == 600)
                // All recorded runs together took less than what is allowed for one.
                #expect(declared["analytics"]?["deadline_chance"] == 1)
                let simulated = try #require(declared["analytics"]?["simulated_makespan"]?["p90"]?.doubleValue)
                #expect(100 <= simulated && simulated < 600)
                #expect(declared["analytics"]?["observed_durations"]?["train"] == nil)

                let learned = try await Self.optimize(api, "median")
                #expect(learned["analytics"]?["makespan"]?.doubleValue == 100 + median)
                #expect(learned["confidence_basis"]?.stringValue?.contains("median of recorded runs") == true)
            }
        }
    }
}
