import NovaContract
import RedisClient

/// The tasks and agents of one owner in one domain: one hash tag, so that each change of them is one script.
package struct WorkSpace: Sendable {
    let store: Store
    package let owner: String
    package let domain: String

    package var tasks: TaskStore { TaskStore(space: self) }
    package var agents: AgentStore { AgentStore(space: self) }
    package var coordinations: CoordinationStore { CoordinationStore(space: self) }

    /// Bytes between the parts of what is published on the ready channel, and of the names of spaces.
    package static let separator: Character = "\u{1F}"

    // MARK: - Calling scripts

    var base: String { store.keys.work(owner: owner, domain: domain) }

    func key(_ part: String, _ id: String? = nil) -> RedisArgument {
        RedisArgument(base + ":" + part + (id.map { ":" + $0 } ?? ""))
    }

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
        let events = JobEvents(store: store, owner: owner)
        var keys = [
            RedisArgument(base), RedisArgument(store.keys.events(owner: owner)),
            RedisArgument(store.keys.eventClock(owner: owner)),
        ]
        var head: [RedisArgument] =
            [RedisArgument(owner), RedisArgument(domain)] + events.target + [
                RedisArgument(store.keys.readyChannel), RedisArgument(store.keys.coordinationChannel),
                RedisArgument(store.workRules.ageing.wholeMilliseconds), RedisArgument(by),
            ]
        if let job {
            keys.append(RedisArgument(store.keys.workApplied(job, owner: owner, domain: domain)))
            head.append(RedisArgument(store.retention.applied.wholeMilliseconds))
        }
        return try await store.redis.evaluate(script, keys: keys, arguments: head + arguments)
    }

    /// What a script refused, as an error for the client.
    static func refusal(_ parts: [RedisValue], below pointer: JSONPointer = .root) -> NovaError? {
        guard parts.count == 4, parts[0].string == "refused", let code = parts[1].string, let place = parts[2].string,
            let message = parts[3].string
        else { return nil }
        let error = NovaError(
            ErrorCode(rawValue: code) ?? .serviceError,
            message,
            details: place.isEmpty ? [] : [.init(JSONPointer(place), message)]
        )
        return error
    }
}

/// The owners and domains that have tasks or agents, for those who look after all.
package struct WorkSpaces: Sendable {
    let store: Store

    /// Before the first task of a space is made, so that none is ever without somebody who looks after it.
    package func add(owner: String, domain: String) async throws {
        _ = try await store.redis.command(
            "SADD",
            RedisArgument(store.keys.workSpaces),
            RedisArgument(owner + String(WorkSpace.separator) + domain)
        )
    }

    package func all() async throws -> [WorkSpace] {
        let reply = try await store.redis.command("SMEMBERS", RedisArgument(store.keys.workSpaces))
        guard let names = reply.array else { throw UnexpectedReply("SMEMBERS", reply) }
        return names.compactMap { name in
            let parts = name.string?.split(separator: WorkSpace.separator, maxSplits: 1).map(String.init) ?? []
            return parts.count == 2 ? store.work(owner: parts[0], domain: parts[1]) : nil
        }
    }
}
