import Foundation
import NovaClient

/// An agent: claims tasks, works, renews its leases, tells results, until it is stopped.
@main
struct AgentWorker {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let nova = try NovaClient(
            url: environment["NOVA_URL"] ?? "http://127.0.0.1:8003",
            apiKey: environment["NOVA_API_KEY"] ?? "test-key"
        )
        let agent = CommandLine.arguments.dropFirst().first ?? "ada"
        while true {
            do {
                let tasks = try await nova.claimTasks(agent: agent, wait: .seconds(50), lease: .seconds(60))
                for task in tasks { try await handle(task, nova) }
            } catch NovaClientError.unreachable(let reason) {
                // What was claimed meanwhile comes back when its lease runs out.
                print("\(reason); trying again")
                try await Task.sleep(for: .seconds(1))
            } catch NovaClientError.refused(let problem) where problem.code == .conflict {
                // The lease ran out, and another agent has the task.
                print("not heard:", problem.message)
            }
        }
    }

    static func handle(_ task: ClaimedTask, _ nova: NovaClient) async throws {
        // A sign of life that does not arrive costs the lease, which is told when the result is.
        let result: Result<JSON, any Error> = await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(20))
                    try await nova.heartbeat(agent: task.agentID, domain: task.domain)
                }
            }
            defer { group.cancelAll() }
            do { return .success(try await work(task)) } catch { return .failure(error) }
        }
        switch result {
        case .success(let result):
            try await nova.complete(task, result: result)
            print("done:", task.id)
        case .failure(let error):
            try await nova.fail(task, message: "\(error)")
            print("failed:", task.id)
        }
    }

    /// What this agent does: it gives back what it is given.
    static func work(_ task: ClaimedTask) async throws -> JSON {
        struct UnknownType: Error {}
        guard task.type == "echo" else { throw UnknownType() }
        return ["echo": task.parameters]
    }
}
