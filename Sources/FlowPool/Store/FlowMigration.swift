import NovaContract
package import NovaStore
import RedisClient

/// A flow that an older version kept for all owners of a domain together.
struct SharedFlow: Sendable {
    let domain: String
    let id: String
    /// JSON; nil where it was deleted.
    let definition: [UInt8]?
    /// As they are kept, or empty.
    let version: String
    let updated: String
}

/// Gives the flows that an older version kept for all owners of a domain together to one owner.
///
/// Each process that uses flows does so before it begins its work. It may be done by several at once, be cut short
/// anywhere, and be done again: a flow is there before its old record goes, and a newer one is never written over. What
/// processes of the older version store beside this one is taken over by the next that starts, for a day.
///
/// How long steps took was always kept for each owner: nothing of it is moved.
package struct FlowMigration: Sendable {
    /// There are flows of an older version, and nobody was named to give them to.
    package struct OwnerMissing: Error, Equatable {
        package let count: Int
        /// One of them.
        package let example: String
        package let exampleDomain: String
    }

    package let store: Store

    /// - Parameter owner: who is given them; nil: nobody is named.
    /// - Returns: how many flows were taken over.
    /// - Throws: `OwnerMissing` where there are any and nobody is named; nothing is changed then.
    package func run(owner: String?) async throws -> Int {
        let records = OlderRecords(store: store, kind: "shared-flows", beginning: store.keys.sharedFlows)
        guard try await !records.isSettled() else { return 0 }
        guard let owner else {
            try await lookForAny(in: records)
            try await records.settle()
            return 0
        }
        var moved = 0
        try await records.forEachBatch { names in
            for name in names {
                guard let known = store.keys.sharedFlow(named: name) else { continue }
                if let job = known.jobID {
                    try await moveMarker(name, of: job, to: store.flows(owner: owner, domain: known.domain))
                } else if try await moveFlow(name, known.domain, known.id, to: owner) {
                    moved += 1
                }
            }
        }
        try await records.settle()
        return moved
    }

    private func lookForAny(in records: OlderRecords) async throws {
        // A name may come twice, and is counted once.
        var found: Set<[UInt8]> = []
        var example: (domain: String, id: String)?
        try await records.forEachBatch { names in
            for name in names {
                guard let known = store.keys.sharedFlow(named: name), known.jobID == nil else { continue }
                let reply = try await store.redis.command("HEXISTS", RedisArgument(name), "definition")
                guard reply.int == 1 else { continue }
                found.insert(Array(name.utf8))
                example = example ?? (known.domain, known.id)
            }
        }
        guard let example else { return }
        throw OwnerMissing(count: found.count, example: example.id, exampleDomain: example.domain)
    }

    /// - Returns: whether it was taken over, with a definition.
    private func moveFlow(_ name: String, _ domain: String, _ id: String, to owner: String) async throws -> Bool {
        let fields: [RedisArgument] = ["definition", "version", "updated", "id", "domain"]
        let reply = try await store.redis.command(["HMGET", RedisArgument(name)] + fields)
        guard let values = reply.array, values.count == fields.count else { throw UnexpectedReply("HMGET", reply) }
        // Another process was faster.
        guard values.contains(where: { !$0.isNull }) else { return false }
        let flow = SharedFlow(
            domain: values[4].string ?? domain,
            id: values[3].string ?? id,
            definition: values[0].bytes,
            version: values[1].string ?? "",
            updated: values[2].string ?? ""
        )
        let isTaken = try await store.flows(owner: owner, domain: flow.domain).adopt(flow)
        // Last, so that it is there at any moment.
        _ = try await store.redis.evaluate(
            FlowScripts.dropFlow,
            keys: [RedisArgument(name)],
            arguments: [RedisArgument(flow.version), RedisArgument(flow.updated)]
        )
        return isTaken && flow.definition != nil
    }

    /// So that a command that the older version applied is not applied again where it is delivered again.
    private func moveMarker(_ name: String, of job: String, to flows: FlowStore) async throws {
        let replies = try await store.redis.pipeline([["GET", RedisArgument(name)], ["PTTL", RedisArgument(name)]])
        guard let marker = try replies[0].get().bytes, let left = try replies[1].get().int else { return }
        // Nothing is kept without an end here; one that ends this moment is not needed.
        if left > 0 {
            let key = RedisArgument(
                store.keys.applied(job, of: .optimization, owner: flows.owner, domain: flows.domain)
            )
            _ = try await store.redis.command(
                "SET",
                key,
                RedisArgument(marker),
                "NX",
                "PX",
                RedisArgument(left)
            )
        }
        _ = try await store.redis.command("DEL", RedisArgument(name))
    }
}
