package import NovaContract
import NovaStore
import RedisClient

/// The agents of one space.
package struct AgentStore: Sendable {
    let space: WorkSpace

    package func get(_ id: String) async throws -> AgentRecord? { try await agents([id]).first }

    /// Those that are there.
    package func agents(_ ids: [String]) async throws -> [AgentRecord] {
        try await space.read("agent", ids).map { try TaskViews.agent($0, domain: space.domain) }
    }

    /// The ids of those of kind `model`.
    package func models() async throws -> [String] {
        let reply = try await space.store.redis.command("SMEMBERS", space.key("models"))
        guard let names = reply.array else { throw UnexpectedReply("SMEMBERS", reply) }
        return names.compactMap(\.string)
    }

    /// What putting or taking out did.
    package struct Change: Sendable, Equatable {
        package let version: Int
        package let existed: Bool
    }

    /// Registers or changes an agent: `agent-put.lua`.
    package func put(
        _ agent: AgentDefinition,
        ifVersion: VersionCondition?,
        by: String,
        jobID: String
    ) async throws -> Change {
        try await space.store.workSpaces.add(space)
        return try await change(agent, definition: agent.json.jsonString, ifVersion, by, jobID)
    }

    /// Takes an agent out; what it held goes to others.
    package func delete(_ id: String, ifVersion: VersionCondition?, by: String, jobID: String) async throws -> Change {
        try await change(AgentDefinition(agentID: id), definition: "", ifVersion, by, jobID)
    }

    private func change(
        _ agent: AgentDefinition,
        definition: String,
        _ ifVersion: VersionCondition?,
        _ by: String,
        _ jobID: String
    ) async throws -> Change {
        let reply = try await space.call(
            WorkScripts.putAgent,
            by: by,
            job: jobID,
            [
                RedisArgument(agent.agentID), RedisArgument(definition), RedisArgument(agent.kind.rawValue),
                RedisArgument(agent.capacity), RedisArgument(Int64((agent.heartbeatTTL * 1_000).rounded())),
                RedisArgument(JSONValue(agent.capabilities).jsonString),
                RedisArgument(ifVersion?.text ?? ""), agent.assignment == .nova ? "1" : "0",
            ]
        )
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        guard parts.count == 3, parts[0].string == "done", let version = parts[1].int, let existed = parts[2].int else {
            throw UnexpectedReply("agent-put", reply)
        }
        return Change(version: Int(version), existed: existed == 1)
    }

    /// The JSON of an unknown agent's defaults, without the beginning that names it.
    static func unnamedDefinition(_ kind: AgentDefinition.Kind) -> String {
        var members = AgentDefinition(agentID: "x", kind: kind).json.objectValue ?? [:]
        members["agent_id"] = nil
        return String(JSONValue.object(members).jsonString.dropFirst())
    }
}
