/// The names of everything Nova keeps in Redis.
///
/// Each name carries a hash tag, `{…}`, of its owner or entity, and a script is only ever given names of one tag, so
/// that it runs on Redis Cluster.
package struct RedisKeys: Sendable, Equatable {
    package let prefix: String

    package init(prefix: String = "nova") { self.prefix = prefix }

    // MARK: Of one owner

    package func job(_ id: String, owner: String) -> String { "\(ownerTag(owner)):job:\(id)" }
    /// Sorted set of the owner's job ids by the time they were made.
    package func jobs(owner: String) -> String { "\(ownerTag(owner)):jobs" }
    package func idempotency(_ digest: String, owner: String) -> String { "\(ownerTag(owner)):idempotency:\(digest)" }
    package func window(_ budget: String, keyID: String, owner: String) -> String {
        "\(ownerTag(owner)):window:\(budget):\(Self.escaped(keyID))"
    }
    /// The stream of the owner's events.
    package func events(owner: String) -> String { "\(ownerTag(owner)):events" }
    /// Hash with the last sequence and time given to an event.
    package func eventClock(owner: String) -> String { "\(ownerTag(owner)):event-clock" }
    /// The beginning of all names of what was counted in one domain of an owner; `lib-analytics.lua` lists them.
    package func analytics(owner: String, domain: String) -> String {
        "\(ownerTag(owner)):analytics:\(Self.escaped(domain))"
    }

    /// Hash of what the owner keeps, counted by kind; `lib-space.lua` says how.
    package func usage(owner: String) -> String { "\(ownerTag(owner)):usage" }
    /// Set of the domains in which the owner has, or had, tasks, agents, resources or memories.
    package func domains(owner: String) -> String { "\(ownerTag(owner)):domains" }

    // MARK: Of one worker

    /// There for as long as the worker lives.
    package func worker(_ id: String) -> String { "\(prefix):{worker:\(Self.escaped(id))}" }

    // MARK: Of one model

    /// Of requests to a model, by all workers.
    package func modelWindow(_ model: String) -> String { "\(prefix):{model:\(Self.escaped(model))}:window" }

    // MARK: Of all

    /// Milliseconds since 1970 at which it was first found that older versions had left nothing more of a kind.
    package func settled(_ kind: String) -> String { "\(prefix):{settled}:\(kind)" }

    // MARK: Of one key

    package func apiKey(hash: String) -> String { "\(apiKeyRecords)\(hash)}" }
    /// Hash from key id to key hash.
    package var apiKeyIndex: String { "\(prefix):{keys}" }
    /// Begins the names of all keys' records.
    package var apiKeyRecords: String { "\(prefix):{key:" }
    /// Hash of the keys that came from a keys file, by their hash: the id of each.
    package func configuredKeys(origin: String) -> String { "\(prefix):{keys}:configured:\(Self.escaped(origin))" }
    package func ticket(_ digest: String) -> String { "\(prefix):{ticket:\(digest)}" }

    // MARK: Channels

    package func eventChannel(owner: String) -> String { "\(prefix):events:\(Self.escaped(owner))" }
    package func replyChannel(gateway: String) -> String { "\(prefix):replies:\(gateway)" }
    /// Tells of keys that were made, changed or revoked: their hash.
    package var revocationChannel: String { "\(prefix):revocations" }
    /// Written again and again, to see whether Redis takes writes.
    package var readiness: String { "\(prefix):readiness" }
    package func cancellationChannel(_ pool: Pool) -> String { "\(prefix):cancellations:\(pool.name)" }

    // MARK: Of one pool

    /// The beginning of all names of what a pool keeps for one owner in one domain.
    package func space(of pool: Pool, owner: String, domain: String) -> String {
        "\(ownerTag(owner)):\(pool.stateName):\(Self.escaped(domain))"
    }
    /// What the first application of a job's change returned.
    package func applied(_ jobID: String, of pool: Pool, owner: String, domain: String) -> String {
        "\(space(of: pool, owner: owner, domain: domain)):applied:\(Self.escaped(jobID))"
    }
    /// Set of the owners and domains for which a pool keeps something: `OWNER 0x1F DOMAIN`.
    package func spaces(of pool: Pool) -> String { "\(prefix):{\(pool.stateName)}:spaces" }

    package func ownerTag(_ owner: String) -> String { "\(prefix):{owner:\(Self.escaped(owner))}" }

    package static func escaped(_ text: String) -> String { NamePart.escaped(text) }
}
