import NovaContract
import NovaStore
import Testing
import WorkPool

/// What is kept of agents of kind `model`, and of what models used.
@Suite(.timeLimit(.minutes(1))) struct ModelAgentTests {
    @Test func aModelAgentLivesWhenAWorkerSaysSo() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.register("ada", ["kind": "model", "persona": ["name": "Ada"]])
            #expect(try await work.agents.models() == ["ada"])
            let silent = try #require(try await work.agents.get("ada"))
            #expect(silent.status == .offline)
            #expect(silent.definition.profile?.persona == ["name": "Ada"])
            // To ask for nothing is to say that it lives.
            #expect(try await work.claim("ada", 0).isEmpty)
            #expect(try await work.agents.get("ada")?.status == .idle)
            // A change does not make it silent.
            try await work.register("ada", ["kind": "model", "goals": ["g"]])
            #expect(try await work.agents.get("ada")?.status == .idle)
            try await work.register("ada", ["kind": "declared"])
            #expect(try await work.agents.models() == [])
            #expect(try await work.agents.get("ada")?.status == .unattended)
            try await work.register("ada", ["kind": "model"])
            #expect(try await work.agents.get("ada")?.status == .offline)
            _ = try await work.agents.delete("ada", ifVersion: nil, by: "t", jobID: "x")
            #expect(try await work.agents.models() == [])
        }
    }

    @Test func whatIsDeletedIsNotMadeByAClaim() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("t")
            let given = try await work.tasks.claim(agentID: "gone", maximum: 1, lease: nil, makesAgent: false)
            #expect(given.isEmpty)
            #expect(try await work.agents.get("gone") == nil)
            let renewal = try await work.tasks.renew(
                agentID: "gone",
                [.init(taskID: "t", token: 1)],
                makesAgent: false
            )
            #expect(renewal.held.isEmpty && renewal.lost["t"] == .some(.ready))
            #expect(try await work.agents.get("gone") == nil)
        }
    }

    @Test func tokensOfAllAttemptsAreSummed() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("t", ["retries": ["maximum": 1, "backoff": 0]])
            for (attempt, tokens) in [30, 12].enumerated() {
                let held = try #require(try await work.claim("ada").first)
                let kind: TaskReport.Kind =
                    attempt == 0 ? .fail(error: ["message": "x"], retry: true) : .complete(result: "done")
                let report = try TaskReport(taskID: "t", agentID: "ada", token: held.token, kind: kind, tokens: tokens)
                // Told twice, it counts once.
                for _ in 0..<2 { _ = try await work.tasks.report(report, by: "ada", jobID: "\(attempt)") }
            }
            #expect(try await work.tasks.get("t")?.tokens == 42)
            #expect(try await work.tasks.summaries(["t"]).first?.tokens == 42)
        }
    }

    @Test func theRateOfAModelIsOneForAll() async throws {
        try await withStore { store in
            for _ in 0..<3 { #expect(try await store.modelRates.take("m", limit: 3) == .zero) }
            let wait = try await store.modelRates.take("m", limit: 3)
            #expect(wait > .seconds(55) && wait <= .seconds(62))
            #expect(try await store.modelRates.take("other", limit: 3) == .zero)
        }
    }
}
