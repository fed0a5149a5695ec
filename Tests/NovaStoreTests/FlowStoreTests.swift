import FlowPool
import NovaContract
import NovaStore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct FlowStoreTests {
    private let flow = FlowDefinition(
        steps: [
            .init(id: "a", duration: 1.5, resources: ["cpu": 2], dependencies: ["b"]), .init(id: "b", duration: 0),
            .init(
                id: "c",
                options: [.init(name: "fast", duration: 1, cost: 2), .init(name: "cheap", duration: 3)],
                waits: [.init(step: "b", from: .start, minimum: 5)]
            ),
        ],
        capacity: ["cpu": .init([.init(from: 0, amount: 4), .init(from: 60, amount: 2)])]
    )

    @Test func `A flow is read as it was stored, by its owner and in its domain only`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            #expect(try await flows.put("f", definition: flow, jobID: "1").version == 1)
            let stored = try #require(try await flows.get("f"))
            #expect(stored.definition == flow)
            #expect(stored.version == 1)
            #expect(try await store.flows(owner: "o", domain: "other").get("f") == nil)
            let other = store.flows(owner: "other", domain: "d")
            #expect(try await other.get("f") == nil)
            #expect(try await other.put("f", definition: nil, jobID: "1").existed == false)
            #expect(try await other.put("f", definition: flow, jobID: "2").version == 1)
            #expect(try await flows.get("f")?.version == 1)
        }
    }

    @Test func `Storing is applied once per job, deleting leaves nothing to read`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            _ = try await flows.put("f", definition: flow, jobID: "1")
            let second = try await flows.put("f", definition: flow, jobID: "2")
            #expect((second.version, second.existed) == (2, true))
            #expect(try await flows.put("f", definition: flow, jobID: "2") == second)
            // Also when others came between: a worker that was frozen for long puts no old flow over a newer one.
            #expect(try await flows.put("f", definition: nil, jobID: "1").version == 1)
            #expect(try await flows.get("f")?.version == 2)
            let deleted = try await flows.put("f", definition: nil, jobID: "3")
            #expect((deleted.version, deleted.existed) == (3, true))
            #expect(try await flows.get("f") == nil)
            // Stored again, it goes on from there.
            #expect(try await flows.put("f", definition: flow, jobID: "4").version == 4)
        }
    }

    @Test func `What is deleted without having been there leaves nothing, what was there for a day`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            #expect(try await flows.put("never", definition: nil, jobID: "1") == FlowChange(version: 0, existed: false))
            func left(_ id: String) async throws -> Int64? {
                try await store.redis.command("PTTL", RedisArgument(store.keys.flow(id, owner: "o", domain: "d"))).int
            }
            #expect(try await left("never") == -2)
            _ = try await flows.put("once", definition: flow, jobID: "2")
            #expect(try await left("once") == -1)
            _ = try await flows.put("once", definition: nil, jobID: "3")
            #expect(try #require(try await left("once")) > 0)
            _ = try await flows.put("once", definition: flow, jobID: "4")
            #expect(try await left("once") == -1)
        }
    }

    @Test func `An owner may have so many, over all domains; what was refused may be asked for again`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            var two = FlowBounds()
            two.flowsPerOwner = 2
            _ = try await flows.put("1", definition: flow, bounds: two, jobID: "1")
            _ = try await store.flows(owner: "o", domain: "other").put("1", definition: flow, bounds: two, jobID: "2")
            let refused = await #expect(throws: NovaError.self) {
                try await flows.put("2", definition: flow, bounds: two, jobID: "3")
            }
            #expect(refused?.code == .limitReached)
            #expect(refused?.message.contains("limits.flows_per_owner") == true)
            // Of another owner, and a change of one that is there.
            _ = try await store.flows(owner: "p", domain: "d").put("2", definition: flow, bounds: two, jobID: "4")
            #expect(try await flows.put("1", definition: flow, bounds: two, jobID: "5").version == 2)
            _ = try await flows.put("1", definition: nil, bounds: two, jobID: "6")
            #expect(try await flows.put("2", definition: flow, bounds: two, jobID: "3").version == 1)
            // Twice the same job, twice deleted: counted once.
            _ = try await flows.put("2", definition: nil, bounds: two, jobID: "7")
            _ = try await flows.put("2", definition: nil, bounds: two, jobID: "8")
            _ = try await flows.put("3", definition: flow, bounds: two, jobID: "9")
            _ = try await flows.put("3", definition: flow, bounds: two, jobID: "9")
            await #expect(throws: NovaError.self) {
                try await flows.put("4", definition: flow, bounds: two, jobID: "10")
            }
        }
    }

    @Test func `Bytes are counted exactly, and bounded`() async throws {
        try await withStore { store in
            let flows = store.flows(owner: "o", domain: "d")
            let large = FlowDefinition(steps: (0..<20).map { .init(id: "step \($0)", duration: 1) })
            let (some, more) = (flow.json.jsonString.utf8.count, large.json.jsonString.utf8.count)
            func counted() async throws -> Int64? {
                let usage = RedisArgument(store.keys.usage(owner: "o"))
                return try await store.redis.command("HGET", usage, "bytes").int
            }
            var bounds = FlowBounds()
            bounds.bytesPerOwner = some + more - 1
            _ = try await flows.put("1", definition: flow, bounds: bounds, jobID: "1")
            let refused = await #expect(throws: NovaError.self) {
                try await flows.put("2", definition: large, bounds: bounds, jobID: "2")
            }
            #expect(refused?.code == .limitReached && refused?.message.contains("limits.bytes_per_owner") == true)
            #expect(try await counted() == Int64(some))
            _ = try await flows.put("1", definition: large, bounds: bounds, jobID: "3")
            _ = try await flows.put("1", definition: large, bounds: bounds, jobID: "3")
            #expect(try await counted() == Int64(more))
            // What makes it less is never refused.
            bounds.bytesPerOwner = 1
            _ = try await flows.put("1", definition: flow, bounds: bounds, jobID: "4")
            #expect(try await counted() == Int64(some))
            _ = try await flows.put("1", definition: nil, bounds: bounds, jobID: "5")
            _ = try await flows.put("1", definition: nil, bounds: bounds, jobID: "6")
            #expect(try await counted() == 0)
        }
    }
}
