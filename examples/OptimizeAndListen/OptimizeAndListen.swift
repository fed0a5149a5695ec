import Foundation
import NovaClient

/// Submits a flow and prints, from the WebSocket, how far it is and what came of it.
@main
struct OptimizeAndListen {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let nova = try NovaClient(
            url: environment["NOVA_URL"] ?? "http://127.0.0.1:8003",
            apiKey: environment["NOVA_API_KEY"] ?? "test-key"
        )
        do {
            try await run(nova)
        } catch NovaClientError.refused(let problem) where problem.code == .validationError {
            for detail in problem.details { print("\(detail.pointer): \(detail.message)") }
            exit(1)
        }
    }

    static func run(_ nova: NovaClient) async throws {
        let flow: JSON = [
            "parameters": [
                "steps": [
                    ["id": "fetch", "duration": 4, "resources": ["worker": 1]],
                    ["id": "embed", "duration": 6, "resources": ["gpu": 1], "dependencies": ["fetch"]],
                    ["id": "rank", "duration": 3, "resources": ["gpu": 1], "dependencies": ["fetch"]],
                    ["id": "publish", "duration": 1, "dependencies": ["embed", "rank"]],
                ],
                "capacity": ["gpu": 1, "worker": 2],
            ]
        ]
        // The subscription is in force before the command is sent, so that nothing is missed.
        let job = try await nova.withEvents(channels: ["flow:nightly"]) { events in
            let id = try await nova.submit(
                .post,
                "/api/orchestration/flows/nightly/optimize",
                body: flow,
                options: .init(idempotencyKey: UUID().uuidString)
            )
            for try await message in events {
                switch message {
                case .event(let event) where event.jobID == id:
                    print(event.name, event.data["progress"]?["message"]?.string ?? "")
                    if ["job.completed", "job.failed", "job.cancelled"].contains(event.name) {
                        return try await nova.job(id)
                    }
                case .gap:
                    return try await nova.endOfJob(id)
                default:
                    break
                }
            }
            throw CancellationError()
        }
        let makespan = job.result?["analytics"]?["makespan"]?.double
        print("makespan:", makespan.map { "\($0) s" } ?? "none, \(job.error?.message ?? job.status.rawValue)")
    }
}
