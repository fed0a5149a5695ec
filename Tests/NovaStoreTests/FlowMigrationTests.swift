import FlowPool
import NovaContract
import NovaStore
import RedisClient
import Testing

/// Flows as an older version kept them, for all owners of a domain together.
@Suite(.timeLimit(.minutes(2)))
struct FlowMigrationTests {
    private static let flow = FlowDefinition(steps: [.init(id: "a", duration: 1)])
    private static let other = FlowDefinition(steps: [.init(id: "b", duration: 2)])

    /// As `flow-store.lua` of that version did.
    private func keep(
        _ id: String,
        domain: String = "d",
        _ definition: FlowDefinition? = flow,
        version: Int = 3,
        updated: Int64 = 1_000,
        job: String = "j",
        in store: Store
    ) async throws {
        var fields: [RedisArgument] = [
            "version", RedisArgument(version), "updated", RedisArgument(updated), "id", RedisArgument(id), "domain",
            RedisArgument(domain),
        ]
        if let definition { fields += ["definition", RedisArgument(definition.json.jsonString)] }
        _ = try await store.redis.command(["HSET", RedisArgument(store.keys.sharedFlow(id, domain: domain))] + fields)
        _ = try await store.redis.command(
            "SET",
            RedisArgument(store.keys.sharedFlowApplied(job, id, domain: domain)),
            RedisArgument("[\(version),1]"),
            "PX",
            "60000"
        )
    }

    private func sharedNames(_ store: Store) async throws -> [String] {
        let reply = try await store.redis.command("KEYS", RedisArgument(store.keys.sharedFlows + "*"))
        return (reply.array ?? []).compactMap(\.string)
    }

    @Test func `They go to the owner, with version and time, and their jobs are remembered`() async throws {
        try await withStore { store in
            let names = ["nightly", "a:b", "}x{y}:%", "%3A", "été", "}\u{301}"]
            for name in names { try await keep(name, domain: "d:" + name, job: "job of " + name, in: store) }
            try await keep("gone", nil, version: 7, in: store)
            #expect(try await store.flowMigration.run(owner: "o{w}ner") == names.count)
            for name in names {
                let flows = store.flows(owner: "o{w}ner", domain: "d:" + name)
                let stored = try #require(try await flows.get(name), "\(name)")
                #expect((stored.definition, stored.version, stored.updatedAt) == (Self.flow, 3, 1_000))
                // Delivered again, the command is not applied again.
                #expect(try await flows.put(name, definition: Self.other, jobID: "job of " + name).version == 3)
                #expect(try await flows.get(name)?.definition == Self.flow)
                #expect(try await flows.put(name, definition: Self.other, jobID: "next").version == 4)
            }
            // Versions of one that was deleted go on.
            let flows = store.flows(owner: "o{w}ner", domain: "d")
            let again = try await flows.put("gone", definition: Self.flow, jobID: "next")
            #expect(again == FlowChange(version: 8, existed: false))
            #expect(try await sharedNames(store).isEmpty)
            #expect(try await store.flowMigration.run(owner: "o{w}ner") == 0)
        }
    }

    @Test func `Where nobody is named nothing is touched, and how many there are is told`() async throws {
        try await withStore { store in
            for number in 0..<1_200 { try await keep("f\(number)", job: "\(number)", in: store) }
            let before = try await sharedNames(store).count
            let missing = await #expect(throws: FlowMigration.OwnerMissing.self) {
                try await store.flowMigration.run(owner: nil)
            }
            #expect(missing?.count == 1_200)
            #expect(missing?.exampleDomain == "d")
            #expect(try await sharedNames(store).count == before)
            // And the next start is refused as well.
            await #expect(throws: FlowMigration.OwnerMissing.self) { try await store.flowMigration.run(owner: nil) }
            #expect(try await store.flowMigration.run(owner: "o") == 1_200)
            #expect(try await store.flowMigration.run(owner: nil) == 0)
        }
    }

    @Test func `Without any there is nothing to ask`() async throws {
        try await withStore { store in
            #expect(try await store.flowMigration.run(owner: nil) == 0)
            // Of a deleted one nothing would be lost.
            try await keep("gone", nil, in: store)
            #expect(try await store.flowMigration.run(owner: nil) == 0)
        }
    }

    @Test func `A newer one is not written over, one that was deleted does not come back`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            for id in ["changed", "deleted"] { _ = try await flows.put(id, definition: Self.other, jobID: "1" + id) }
            _ = try await flows.put("deleted", definition: nil, jobID: "2")
            // As they were before, and left behind by a process that was cut off.
            for id in ["changed", "deleted"] { try await keep(id, job: "old" + id, in: store) }
            #expect(try await store.flowMigration.run(owner: "o") == 0)
            #expect(try await flows.get("changed")?.definition == Self.other)
            #expect(try await flows.get("deleted") == nil)
            #expect(try await sharedNames(store).isEmpty)
            // What a process of the older version stored since is newer.
            try await keep("changed", version: 1, updated: Timestamp.milliseconds() + 1_000, in: store)
            #expect(try await store.flowMigration.run(owner: "o") == 1)
            let stored = try #require(try await flows.get("changed"))
            #expect((stored.definition, stored.version) == (Self.flow, 2))
        }
    }

    @Test func `Several starts at once, and one that is cut short, lose and double nothing`() async throws {
        try await withStore { store in
            for number in 0..<300 { try await keep("f\(number)", job: "\(number)", in: store) }
            // Cut short anywhere: by cancellation, which lets what was sent be applied.
            let first = Task { try await store.flowMigration.run(owner: "o") }
            let second = Task { try await store.flowMigration.run(owner: "o") }
            while try await sharedNames(store).count > 500 { try Task.checkCancellation() }
            first.cancel()
            _ = await first.result
            async let third = store.flowMigration.run(owner: "o")
            async let fourth = store.flowMigration.run(owner: "o")
            _ = try await (second.value, third, fourth)
            #expect(try await sharedNames(store).isEmpty)
            let flows = store.flows(owner: "o", domain: "d")
            for number in 0..<300 { #expect(try await flows.get("f\(number)")?.version == 3, "f\(number)") }
            let names = try await store.redis.command("ZCARD", RedisArgument(store.keys.flowNames(owner: "o"))).int
            #expect(names == 300)
        }
    }

    @Test func `What was taken over counts for the owner's bound, and is not refused by it`() async throws {
        try await withStore { store in
            for number in 0..<3 { try await keep("f\(number)", job: "\(number)", in: store) }
            #expect(try await store.flowMigration.run(owner: "o") == 3)
            let flows = store.flows(owner: "o", domain: "d")
            var two = FlowBounds()
            two.flowsPerOwner = 2
            await #expect(throws: NovaError.self) {
                try await flows.put("g", definition: Self.flow, bounds: two, jobID: "x")
            }
            let usage = RedisArgument(store.keys.usage(owner: "o"))
            let bytes = Int64(Self.flow.json.jsonString.utf8.count)
            #expect(try await store.redis.command("HGET", usage, "bytes").int == 3 * bytes)
            #expect(try await flows.put("f0", definition: Self.other, bounds: two, jobID: "y").version == 4)
        }
    }
}
