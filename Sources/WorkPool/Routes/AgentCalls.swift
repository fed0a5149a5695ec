import NovaAPI
package import NovaContract
import NovaStore

/// What an agent at work says that goes to Redis at once, over HTTP or a socket.
package struct AgentCalls: Sendable {
    package let space: WorkSpace
    package let agentID: String

    package init(space: WorkSpace, agentID: String) {
        self.space = space
        self.agentID = agentID
    }

    package func heartbeat(_ body: JSONValue) async throws -> JSONValue {
        let request = try HeartbeatRequest(agentID: agentID, body: body, source: .request)
        let renewal = try await space.tasks.renew(agentID: agentID, request.tasks)
        let held = renewal.held.sorted { $0.key < $1.key }.map { id, lease -> JSONValue in
            ["task_id": .string(id), "lease_expires_at": .string(Timestamp.string(milliseconds: lease))]
        }
        let lost = renewal.lost.sorted { $0.key < $1.key }.map { id, state -> JSONValue in
            ["task_id": .string(id), "status": JSONValue(state?.rawValue)]
        }
        return [
            "agent_id": .string(agentID), "tasks": .array(held), "lost": .array(lost),
            "timestamp": .string(Timestamp.string()),
        ]
    }

    /// - Throws: `CONFLICT` where the task is not the agent's by this token.
    package func progress(of id: String, _ body: JSONValue) async throws -> JSONValue {
        let members = try body.completed(["agent_id": agentID])
        let report = try TaskReport(.progress, taskID: id, body: members, source: .request)
        guard case .progress(let fraction, let message) = report.kind else { return [:] }
        let renewal = try await space.tasks.renew(
            agentID: agentID,
            [.init(taskID: id, token: report.token)],
            progress: .init(fraction: fraction, message: message)
        )
        guard let lease = renewal.held[id] else {
            let state = (renewal.lost[id] ?? nil)?.rawValue ?? "unknown"
            throw NovaError(
                .conflict,
                "\(agentID) does not hold the task \(id) by the token \(report.token): it is \(state)",
                details: [.init("/token", "is not that of the newest lease")]
            )
        }
        return [
            "task_id": .string(id), "status": "running",
            "lease_expires_at": .string(Timestamp.string(milliseconds: lease)),
            "timestamp": .string(Timestamp.string()),
        ]
    }
}
