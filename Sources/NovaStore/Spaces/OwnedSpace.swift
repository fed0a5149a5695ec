package import NovaContract
package import RedisClient
import Synchronization

/// What is kept of one owner in one domain under one hash tag, and is looked after by one worker at a time.
package protocol OwnedSpace: Sendable {
    var owner: String { get }
    var domain: String { get }
    /// Whether the caller is the one who looks after it; nobody else is for `time`.
    func takeTurn(for time: Duration) async throws -> Bool
}

/// How the scripts of a space are called: they begin as `lib-space.lua` says.
package struct SpaceScripts: Sendable {
    package let store: Store
    /// The beginning of all names.
    package let base: String
    package let owner: String
    package let domain: String

    package init(store: Store, base: String, owner: String, domain: String) {
        self.store = store
        self.base = base
        self.owner = owner
        self.domain = domain
    }

    package func key(_ part: String, _ id: String? = nil) -> RedisArgument {
        RedisArgument(base + ":" + part + (id.map { ":" + $0 } ?? ""))
    }

    /// Calls a script.
    ///
    /// - Parameters:
    ///   - head: what follows the common arguments in all scripts of the kind.
    ///   - marker: of the job whose change it is, where it is to be made once.
    package func call(
        _ script: RedisScript,
        head: [RedisArgument],
        marker: String?,
        _ arguments: [RedisArgument]
    ) async throws -> RedisValue {
        var keys = [
            RedisArgument(base), RedisArgument(store.keys.events(owner: owner)),
            RedisArgument(store.keys.eventClock(owner: owner)),
            RedisArgument(store.keys.analytics(owner: owner, domain: domain)),
        ]
        var common =
            [RedisArgument(owner), RedisArgument(domain)] + JobEvents(store: store, owner: owner).target + head
        if let marker {
            keys.append(RedisArgument(marker))
            common.append(RedisArgument(store.retention.applied.wholeMilliseconds))
        }
        return try await store.redis.evaluate(
            script,
            keys: keys,
            arguments: common + arguments + [store.limits.argument]
        )
    }

    /// What a script refused, as an error for the client.
    package static func refusal(_ parts: [RedisValue], below pointer: JSONPointer = .root) -> NovaError? {
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

    package func takeTurn(for time: Duration) async throws -> Bool {
        let reply = try await store.redis.command(
            "SET",
            key("care"),
            "1",
            "NX",
            "PX",
            RedisArgument(max(1, time.wholeMilliseconds))
        )
        return !reply.isNull
    }
}

/// The owners and domains that have a space of a kind, for those who look after all.
package struct SpaceRegistry<Space: OwnedSpace>: Sendable {
    package let redis: RedisClient
    package let key: String
    /// Those that this process has added lately.
    package let recent: RecentAdditions
    /// The set of the domains of an owner, and how many there may be.
    package let domains: @Sendable (_ owner: String) -> String
    package let mostDomains: Int
    package let make: @Sendable (_ owner: String, _ domain: String) -> Space

    /// Before a change of a space, so that none is without somebody who looks after it; where Redis has lost the list, for
    /// `RecentAdditions.lifetime` at most.
    ///
    /// - Throws: `LIMIT_REACHED` where the owner would have too many domains: all spaces are looked after one after the other.
    package func add(_ space: Space) async throws {
        let name = space.owner + String(SpaceName.separator) + space.domain
        guard !recent.has(key, name, at: .now) else { return }
        let domains = RedisArgument(domains(space.owner))
        if try await redis.command("SADD", domains, RedisArgument(space.domain)).int == 1,
            try await redis.command("SCARD", domains).int ?? 0 > mostDomains
        {
            _ = try await redis.command("SREM", domains, RedisArgument(space.domain))
            throw OwnerLimits.refusal("domains", bound: mostDomains)
        }
        _ = try await redis.command("SADD", RedisArgument(key), RedisArgument(name))
        recent.add(key, name, at: .now)
    }

    package func all() async throws -> [Space] {
        let reply = try await redis.command("SMEMBERS", RedisArgument(key))
        guard let names = reply.array else { throw UnexpectedReply("SMEMBERS", reply) }
        return names.compactMap { name in
            let parts = name.string?.split(separator: SpaceName.separator, maxSplits: 1).map(String.init) ?? []
            return parts.count == 2 ? make(parts[0], parts[1]) : nil
        }
    }
}

/// What was added to the lists of spaces a moment ago, and need not be again with each change.
package final class RecentAdditions: Sendable {
    package static let lifetime = Duration.seconds(5)
    private static let most = 10_000

    private let additions = Mutex<[String: ContinuousClock.Instant]>([:])

    package func has(_ list: String, _ name: String, at now: ContinuousClock.Instant) -> Bool {
        additions.withLock { $0[list + "\n" + name].map { now - $0 < Self.lifetime } ?? false }
    }

    package func add(_ list: String, _ name: String, at now: ContinuousClock.Instant) {
        additions.withLock { additions in
            if additions.count >= Self.most { additions = additions.filter { now - $0.value < Self.lifetime } }
            if additions.count < Self.most { additions[list + "\n" + name] = now }
        }
    }
}

/// How spaces are named, in their lists and on the channel of what is ready.
package enum SpaceName {
    /// Between the parts.
    package static let separator: Character = "\u{1F}"
}
