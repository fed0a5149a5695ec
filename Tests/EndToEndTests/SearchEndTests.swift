import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// A search that something ends: the best so far is the result, and says why it ended.
@Suite(.timeLimit(.minutes(4))) struct SearchEndTests {
    private func isBest(_ result: JSONValue?, endedBy reason: String) {
        #expect(result?["ended_by"] == .string(reason))
        #expect(result?["analytics"]?["schedule"]?.arrayValue?.count == 60)
        #expect(result?["analytics"]?["makespan"]?.doubleValue ?? 0 > 0)
        #expect(result?["analytics"]?["is_optimal"] == false)
    }

    /// A search that has told of a schedule: its job.
    private func begin(_ stream: EventStream, _ api: API) async throws -> String {
        let body = Sample.hard(seconds: 600)
        let answer = try await api.optimize("hard", body, headers: [("Prefer", "respond-async")])
        let job = try #require(answer.json["job_id"]?.stringValue)
        _ = try await stream.next { $0["event"] == "job.progress" && $0["data"]?["job_id"] == .string(job) }
        return job
    }

    @Test func theBestSoFarIsTheResultWhateverEndsTheSearch() async throws {
        let plan = ClusterPlan(workerEnvironment: ["NOVA_WORKER_SHUTDOWN_GRACE": "100ms"])
        try await NovaCluster.run(plan) { cluster in
            let api = API(gateway: cluster.gateways[0])
            try await EventStream.open(cluster.gateways[0]) { stream in
                try await stream.subscribe(["flow:hard"])
                let late = try await api.optimize(
                    "hard",
                    Sample.hard(seconds: 600),
                    headers: [("Prefer", "wait=55"), ("Job-Deadline", "4")]
                )
                #expect(late.status == 200, "\(late.text)")
                isBest(try late.json, endedBy: "deadline")

                let unwanted = try await begin(stream, api)
                #expect(try await api.send(.DELETE, "/api/jobs/\(unwanted)").status == 202)
                _ = try await stream.event("job.cancelled")
                let cancelled = try await api.get("/api/jobs/\(unwanted)").json
                #expect(cancelled["status"] == "cancelled" && cancelled["error"]?["code"] == "CONFLICT")
                isBest(cancelled["result"], endedBy: "cancelled")

                let last = try await begin(stream, api)
                cluster.workers[0].process.signal(SIGTERM)
                _ = try await stream.next {
                    $0["event"] == "job.completed" && $0["data"]?["job_id"] == .string(last)
                }
                isBest(try await api.get("/api/jobs/\(last)").json["result"], endedBy: "stopping")
                #expect(try await cluster.workers[0].process.exit() == .exited(0))
            }
        }
    }
}
