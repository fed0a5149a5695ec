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

    /// The beginning of all names of the tasks and agents of one owner and one domain; `lib-work.lua` lists them.
    package func work(owner: String, domain: String) -> String { "\(ownerTag(owner)):work:\(Self.escaped(domain))" }
    /// What the first application of a job's change to tasks or agents returned.
    package func workApplied(_ jobID: String, owner: String, domain: String) -> String {
        "\(work(owner: owner, domain: domain)):applied:\(Self.escaped(jobID))"
    }

    /// The beginning of all names of the resources of one owner and one domain; `lib-pools.lua` lists them.
    package func pools(owner: String, domain: String) -> String { "\(ownerTag(owner)):pools:\(Self.escaped(domain))" }
    /// What the first application of a job's change to resources returned.
    package func poolsApplied(_ jobID: String, owner: String, domain: String) -> String {
        "\(pools(owner: owner, domain: domain)):applied:\(Self.escaped(jobID))"
    }

    /// The beginning of all names of the memories of one owner and one domain; `lib-memory.lua` lists them.
    package func memory(owner: String, domain: String) -> String { "\(ownerTag(owner)):memory:\(Self.escaped(domain))" }
    /// What the first application of a job's change to memories returned.
    package func memoryApplied(_ jobID: String, owner: String, domain: String) -> String {
        "\(memory(owner: owner, domain: domain)):applied:\(Self.escaped(jobID))"
    }

    /// The hash of a flow.
    package func flow(_ id: String, owner: String, domain: String) -> String {
        "\(flows(owner: owner, domain: domain)):f:\(Self.escaped(id))"
    }
    /// Sorted set of all flows of the owner, `DOMAIN 0x1F ID`, without scores: in the order of their bytes.
    package func flowNames(owner: String) -> String { "\(ownerTag(owner)):flow-names" }
    /// What the first application of a job's change to flows returned.
    package func flowsApplied(_ jobID: String, owner: String, domain: String) -> String {
        "\(flows(owner: owner, domain: domain)):applied:\(Self.escaped(jobID))"
    }
    private func flows(owner: String, domain: String) -> String {
        "\(ownerTag(owner)):flows:\(Self.escaped(domain))"
    }

    // MARK: Of flows as older versions kept them, for all owners of a domain together

    /// Begins the names of all of them.
    package var sharedFlows: String { "\(prefix):{flow:" }
    package func sharedFlow(_ id: String, domain: String) -> String {
        "\(sharedFlows)\(Self.escaped(domain)):\(Self.escaped(id))}"
    }
    /// The marker of a job that changed the flow.
    package func sharedFlowApplied(_ jobID: String, _ id: String, domain: String) -> String {
        "\(sharedFlow(id, domain: domain)):applied:\(jobID)"
    }
    /// What a name that begins with `sharedFlows` is of; nil for one that no version of Nova gave.
    package func sharedFlow(named name: String) -> (domain: String, id: String, jobID: String?)? {
        guard name.utf8.starts(with: sharedFlows.utf8) else { return nil }
        let rest = name.utf8.dropFirst(sharedFlows.utf8.count)
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let parts = rest[..<end].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let marker = ":applied:".utf8
        let tail = rest[rest.index(after: end)...]
        guard tail.isEmpty || tail.starts(with: marker) else { return nil }
        return (
            NamePart.unescaped(Substring(parts[0])), NamePart.unescaped(Substring(parts[1])),
            tail.isEmpty ? nil : String(Substring(tail.dropFirst(marker.count)))
        )
    }

    // MARK: Of one worker

    /// There for as long as the worker lives.
    package func worker(_ id: String) -> String { "\(prefix):{worker:\(Self.escaped(id))}" }

    // MARK: Of one model

    /// Of requests to a model, by all workers.
    package func modelWindow(_ model: String) -> String { "\(prefix):{model:\(Self.escaped(model))}:window" }

    /// What was last seen of the models' server; empty: all is well.
    package var modelServer: String { "\(prefix):{models}:server" }

    // MARK: Of all

    /// Set of the owners and domains that have tasks: `OWNER 0x1F DOMAIN`.
    package var workSpaces: String { "\(prefix):{work}:spaces" }

    /// Set of the owners and domains that have memories: `OWNER 0x1F DOMAIN`.
    package var memorySpaces: String { "\(prefix):{memory}:spaces" }

    /// Set of the owners and domains that have resources: `OWNER 0x1F DOMAIN`.
    package var poolSpaces: String { "\(prefix):{pools}:spaces" }

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
    /// Tells of tasks that became ready: `OWNER 0x1F DOMAIN 0x1F AGENT`, the agent where it is in that one's queue.
    package var readyChannel: String { "\(prefix):work-ready" }
    /// Tells of ended parts: the id of their coordination.
    package var coordinationChannel: String { "\(prefix):coordination-wakes" }
    /// Tells of keys that were made, changed or revoked: their hash.
    package var revocationChannel: String { "\(prefix):revocations" }
    /// Written again and again, to see whether Redis takes writes.
    package var readiness: String { "\(prefix):readiness" }
    package func cancellationChannel(_ pool: Pool) -> String { "\(prefix):cancellations:\(pool.rawValue)" }

    private func ownerTag(_ owner: String) -> String { "\(prefix):{owner:\(Self.escaped(owner))}" }

    private static func escaped(_ text: String) -> String { NamePart.escaped(text) }
}
