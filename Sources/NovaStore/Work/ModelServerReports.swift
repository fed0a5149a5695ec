package import NovaContract
import RedisClient

/// What a coordination worker last saw of the models' server, for those who ask why an agent of kind `model` is offline.
///
/// The last who looked counts; a report that is not repeated is forgotten.
package struct ModelServerReports: Sendable {
    let store: Store

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

    /// Why nobody takes up a task that waits for agents which are all offline; nil: another reason, or none.
    ///
    /// Looks at the first ten of them.
    package func reasonOfWaiting(_ task: TaskRecord) async throws -> String? {
        let named: [String]
        switch task.state {
        case .assigned: named = [task.agentID].compactMap(\.self)
        case .ready: named = task.definition.agents
        default: return nil
        }
        guard !named.isEmpty, named.count <= 10 else { return nil }
        let known = try await explained(try await self.agents(named))
        let reasons = known.compactMap { agent in
            agent.offlineReason.map { "\(agent.definition.agentID) is offline: \($0)" }
        }
        return reasons.count == named.count ? reasons.joined(separator: "; ") : nil
    }
}
