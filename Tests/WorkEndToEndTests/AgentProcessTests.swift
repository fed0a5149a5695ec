import ChildProcesses
import EndToEndKit
import Foundation
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// The agents of `docs/agents.md` as they are there, each in a process of its own, one of them killed at its work.
    @Suite(.timeLimit(.minutes(3))) struct AgentProcessTests {
        /// The code block of this language that claims.
        private static func example(_ language: String) throws -> String {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
            let page = try String(contentsOf: folder.appending(path: "docs/agents.md"), encoding: .utf8)
            let blocks = page.split(separator: "```\(language)\n").dropFirst().compactMap {
                $0.split(separator: "```").first
            }
            return String(try #require(blocks.first { $0.contains("/claim") }))
        }

        /// With another address and a lease that is soon over; `change` is for the agent that is to die.
        private static func write(
            _ language: String,
            _ file: String,
            in directory: String,
            _ gateway: ClusterMember,
            _ changes: [String: String] = [:]
        ) throws -> String {
            var code = try example(language)
            let own = [
                "http://127.0.0.1:8003": gateway.url, "\"lease\": 60": "\"lease\": 2", "\"wait\": 50": "\"wait\": 5",
            ]
            for (old, new) in changes.merging(own, uniquingKeysWith: { $1 }) {
                #expect(code.contains(old), "\(language): \(old)")
                code = code.replacing(old, with: new)
            }
            let path = "\(directory)/\(file)"
            try Data(code.utf8).write(to: URL(filePath: path))
            return path
        }

        private static func agent<R>(
            _ program: String,
            _ name: String,
            _ path: String,
            isolation: isolated (any Actor)? = #isolation,
            _ body: (ChildProcess) async throws -> R
        ) async throws -> R {
            try await ChildProcess.run(ChildCommand(executable: program, arguments: [path, name]), name: name, body)
        }

        @Test func everyTaskIsDoneAlthoughAnAgentIsKilled() async throws {
            try await NovaCluster.run(ClusterPlan(workers: 0, coordinators: 1)) { cluster in
                let (gateway, api) = (cluster.gateways[0], API(gateway: cluster.gateways[0]))
                try await TemporaryDirectory.run(prefix: "nova-agents") { directory in
                    let python = try Self.write("python", "agent.py", in: directory, gateway)
                    let sleeper = try Self.write(
                        "python",
                        "sleeper.py",
                        in: directory,
                        gateway,
                        ["    return {\"echo\"": "    import time; time.sleep(600)\n    return {\"echo\""]
                    )
                    let swift = try Self.write("swift", "agent.swift", in: directory, gateway)
                    try await EventStream.open(gateway) { stream in
                        try await stream.subscribe(["tasks"])
                        // The first task is the sleeper's: nobody else is there.
                        try await Self.agent("python3", "sleeper", sleeper) { process in
                            _ = try await api.done(
                                .POST,
                                "/api/orchestration/tasks",
                                ["task_id": "t0", "type": "echo"]
                            )
                            _ = try await stream.event("task.running")
                            await process.kill()
                        }
                        try await Self.agent("python3", "ada", python) { _ in
                            try await Self.agent("swift", "eve", swift) { _ in
                                let tasks = (1..<20).map {
                                    JSONValue.object(["task_id": .string("t\($0)"), "type": "echo"])
                                }
                                let body: JSONValue = ["tasks": .array(tasks)]
                                _ = try await api.done(.POST, "/api/orchestration/tasks/batch", body)
                                for _ in 0..<20 { _ = try await stream.event("task.completed") }
                                // One that compiles first gets work too, as soon as it asks.
                                _ = try await stream.agentAsks("eve", api)
                            }
                        }
                    }
                    let task = try await api.get("/api/orchestration/tasks/t0").json
                    #expect(task["status"] == "completed")
                    #expect(task["attempts"] == 2)
                    #expect(task["agent_id"] != "sleeper")
                }
            }
        }
    }
}

extension EventStream {
    /// Gives an agent a task of its own, and waits until it is done.
    fileprivate func agentAsks(_ agent: String, _ api: API) async throws -> JSONValue {
        let body: JSONValue = ["task_id": "own", "type": "echo", "agents": [.string(agent)], "parameters": ["n": 1]]
        _ = try await api.done(.POST, "/api/orchestration/tasks", body)
        let event = try await event("task.completed")
        #expect(event["data"]?["agent_id"] == .string(agent))
        #expect(event["data"]?["result"] == ["echo": ["n": 1]])
        return event
    }
}
