import NovaContract
import RedisClient

/// The tasks and agents of one owner in one domain: one hash tag, so that each change of them is one script.
package struct WorkSpace: OwnedSpace {
    let store: Store
    package let owner: String
    package let domain: String

    package var tasks: TaskStore { TaskStore(space: self) }
    package var agents: AgentStore { AgentStore(space: self) }
    package var coordinations: CoordinationStore { CoordinationStore(space: self) }

    // MARK: - Calling scripts

    private var scripts: SpaceScripts {
        SpaceScripts(
            store: store,
            base: store.keys.work(owner: owner, domain: domain),
            owner: owner,
            domain: domain
        )
    }

    func key(_ part: String, _ id: String? = nil) -> RedisArgument { scripts.key(part, id) }

    package func takeTurn(for time: Duration) async throws -> Bool { try await scripts.takeTurn(for: time) }

    /// Calls a script that begins as `lib-work.lua` says.
    ///
    /// - Parameters:
    ///   - by: who asks, for the history.
    ///   - job: whose change it is, where it is to be made once.
    func call(
        _ script: RedisScript,
        by: String,
        job: String? = nil,
        _ arguments: [RedisArgument]
    ) async throws -> RedisValue {
        try await scripts.call(
            script,
            head: [
                RedisArgument(store.keys.readyChannel), RedisArgument(store.keys.coordinationChannel),
                RedisArgument(store.workRules.ageing.wholeMilliseconds), RedisArgument(by),
            ],
            marker: job.map { store.keys.workApplied($0, owner: owner, domain: domain) },
            arguments
        )
    }

    /// Views of tasks or agents, some at a time: Redis does nothing else while it reads them.
    func read(_ form: String, _ ids: [String]) async throws -> [RedisValue] {
        var views: [RedisValue] = []
        for begin in stride(from: 0, to: ids.count, by: Self.viewsAtOnce) {
            let some = ids[begin..<min(begin + Self.viewsAtOnce, ids.count)]
            let reply = try await call(
                StoreScripts.readWork,
                by: "",
                [RedisArgument(form)] + some.map { RedisArgument($0) }
            )
            guard let read = reply.array else { throw UnexpectedReply("work-read", reply) }
            views += read
        }
        return views
    }

    private static let viewsAtOnce = 20

    /// What a script refused, as an error for the client.
    static func refusal(_ parts: [RedisValue], below pointer: JSONPointer = .root) -> NovaError? {
        guard parts.count == 4, parts[0].string == "refused", let word = parts[1].string, let place = parts[2].string,
            let message = parts[3].string
        else { return nil }
        let code = ErrorCode(rawValue: word) ?? .serviceError
        if code == .limitReached, let bound = Int(message) { return OwnerLimits.refusal(place, bound: bound) }
        return NovaError(
            code,
            message,
            details: place.isEmpty ? [] : [.init(JSONPointer(place), message)]
        )
    }
}
