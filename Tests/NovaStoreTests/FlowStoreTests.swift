import NovaContract
import NovaStore
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

    @Test func `A flow is read as it was stored, in its domain only`() async throws {
        try await withStore { store in
            #expect(try await store.flows.put("f", domain: "d", definition: flow, jobID: "1").version == 1)
            let stored = try #require(try await store.flows.get("f", domain: "d"))
            #expect(stored.definition == flow)
            #expect(stored.version == 1)
            #expect(try await store.flows.get("f", domain: "other") == nil)
        }
    }

    @Test func `Storing is applied once per job, deleting leaves nothing to read`() async throws {
        try await withStore { store in
            _ = try await store.flows.put("f", domain: "d", definition: flow, jobID: "1")
            let second = try await store.flows.put("f", domain: "d", definition: flow, jobID: "2")
            #expect((second.version, second.existed) == (2, true))
            #expect(try await store.flows.put("f", domain: "d", definition: flow, jobID: "2") == second)
            // Also when others came between: a worker that was frozen for long puts no old flow over a newer one.
            #expect(try await store.flows.put("f", domain: "d", definition: nil, jobID: "1").version == 1)
            #expect(try await store.flows.get("f", domain: "d")?.version == 2)
            let deleted = try await store.flows.put("f", domain: "d", definition: nil, jobID: "3")
            #expect((deleted.version, deleted.existed) == (3, true))
            #expect(try await store.flows.get("f", domain: "d") == nil)
        }
    }
}
