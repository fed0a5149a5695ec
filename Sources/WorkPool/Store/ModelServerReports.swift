import NovaContract
package import NovaStore
import RedisClient

/// What a coordination worker last saw of the models' server, for those who ask why an agent of kind `model` is offline.
///
/// The last who looked counts; a report that is not repeated is forgotten.
package struct ModelServerReports: Sendable {
    package let store: Store

    /// Bytes of a reason that are kept.
    private static let maximumBytes = 500

    /// - Parameters:
    ///   - fault: why no model can be asked now; nil: one can.
    ///   - time: after which the report does not count any more.
    package func report(_ fault: String?, for time: Duration) async throws {
        _ = try await store.redis.command(
            "SET",
            RedisArgument(store.keys.modelServer),
            RedisArgument(fault?.cut(toBytes: Self.maximumBytes) ?? ""),
            "PX",
            RedisArgument(max(1, time.wholeMilliseconds))
        )
    }

    /// Why no model can be asked, as far as somebody has said.
    package func fault() async throws -> String? {
        let reply = try await store.redis.command("GET", RedisArgument(store.keys.modelServer))
        return reply.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension AgentStore {
    /// The agents, those of kind `model` that are offline with what is known of their server.
    package func explained(_ agents: [AgentRecord]) async throws -> [AgentRecord] {
        guard agents.contains(where: { $0.definition.kind == .model && $0.status == .offline }) else { return agents }
        let fault = try await space.store.modelServerReports.fault()
        return agents.map { agent in
            var agent = agent
            agent.modelServerFault = fault
            return agent
        }
    }

    /// Agents that are looked at for one task.
    private static let lookedAt = 100
    /// Agents that a reason speaks of.
    private static let spokenOf = 10
    /// Bytes of capabilities that a reason names.
    private static let maximumReasonBytes = 500

    /// Why nobody takes up a task that waits for agents which are all offline, or which are not there; nil: another reason, or
    /// there are more agents than are looked at.
    package func reasonOfWaiting(_ task: TaskRecord) async throws -> String? {
        let named: [String]
        switch task.state {
        case .assigned: named = [task.agentID].compactMap(\.self)
        case .ready where task.definition.agents.isEmpty:
            return try await reasonOfNobody(with: Set(task.definition.capabilities))
        case .ready: named = task.definition.agents
        default: return nil
        }
        guard named.count <= Self.lookedAt else { return nil }
        let known = try await agents(named)
        return known.count == named.count ? try await reason(of: known) : nil
    }

    /// Why nobody takes up a task that anybody with these capabilities may do.
    private func reasonOfNobody(with capabilities: Set<String>) async throws -> String? {
        let page = try await list(cursor: nil, limit: Self.lookedAt) { _ in true }
        guard page.next == nil else { return nil }
        let able = page.elements.filter { capabilities.isSubset(of: $0.definition.capabilities) }
        if able.isEmpty, !capabilities.isEmpty {
            let names = capabilities.sorted().joined(separator: ", ").cut(toBytes: Self.maximumReasonBytes)
            return "no agent here has all the capabilities it needs: \(names)"
        }
        return try await reason(of: able)
    }

    /// Why each of them is offline; nil: one is not, or there is none.
    private func reason(of agents: [AgentRecord]) async throws -> String? {
        guard !agents.isEmpty, agents.allSatisfy({ $0.status == .offline }) else { return nil }
        let reasons = try await explained(Array(agents.prefix(Self.spokenOf))).compactMap { agent in
            agent.offlineReason.map { "\(agent.definition.agentID) is offline: \($0)" }
        }
        let more = agents.count - reasons.count
        return (reasons + (more > 0 ? ["and \(more) more are offline"] : [])).joined(separator: "; ")
    }
}
