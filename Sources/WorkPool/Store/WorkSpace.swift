import NovaContract
package import NovaStore
import RedisClient

/// The tasks and agents of one owner in one domain: one hash tag, so that each change of them is one script.
package struct WorkSpace: OwnedSpace {
    package let store: Store
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
            marker: job.map { store.keys.applied($0, of: .coordination, owner: owner, domain: domain) },
            arguments
        )
    }

    /// Views of tasks or agents, some at a time: Redis does nothing else while it reads them.
    func read(_ form: String, _ ids: [String]) async throws -> [RedisValue] {
        var views: [RedisValue] = []
        for begin in stride(from: 0, to: ids.count, by: Self.viewsAtOnce) {
            let some = ids[begin..<min(begin + Self.viewsAtOnce, ids.count)]
            let reply = try await call(
                WorkScripts.readWork,
                by: "",
                [RedisArgument(form)] + some.map { RedisArgument($0) }
            )
            guard let read = reply.array else { throw UnexpectedReply("work-read", reply) }
            views += read
        }
        return views
    }

    private static let viewsAtOnce = 20
}

extension Store {
    /// The tasks and agents of one owner in one domain.
    package func work(owner: String, domain: String) -> WorkSpace {
        WorkSpace(store: self, owner: owner, domain: domain)
    }

    package var workSpaces: SpaceRegistry<WorkSpace> {
        spaces(keys.workSpaces) { work(owner: $0, domain: $1) }
    }

    package var modelServerReports: ModelServerReports { ModelServerReports(store: self) }
}
