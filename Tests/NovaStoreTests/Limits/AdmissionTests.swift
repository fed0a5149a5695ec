import NovaContract
import NovaStore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct AdmissionTests {
    private let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")

    @Test func `An admitted command is a queued job of its owner`() async throws {
        try await withStore { store in
            let command = Sample.command()
            guard case .admitted(let state) = try await store.admit(command) else {
                Issue.record("not admitted")
                return
            }
            #expect(state.used == 1)
            #expect(state.remaining == 999)
            let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            #expect(record.state == .queued)
            #expect(record.kind == "flow.optimize")
            #expect(record.createdAt == command.createdAt)
            #expect(try await store.jobs.get(command.jobID, owner: "bob") == nil)
            #expect(
                try await store.redis.command("PTTL", .init(store.keys.job(command.jobID, owner: "alice"))).int ?? 0 > 0
            )
        }
    }

    @Test func `The same request is the same job, the same key with another request is refused`() async throws {
        try await withStore { store in
            let first = Sample.command()
            try await store.admit(first, claim)
            let second = Sample.command()
            guard case .repeated(let earlier, let state) = try await store.admit(second, claim) else {
                Issue.record("not repeated")
                return
            }
            #expect(earlier.id == first.jobID)
            #expect(state.used == 1)
            #expect(try await store.jobs.get(second.jobID, owner: "alice") == nil)
            let other = IdempotencyClaim(digest: claim.digest, fingerprint: "another")
            guard case .reused = try await store.admit(Sample.command(), other) else {
                Issue.record("not reused")
                return
            }
            guard case .admitted = try await store.admit(Sample.command(owner: "bob"), claim) else {
                Issue.record("another owner's key was met")
                return
            }
        }
    }

    @Test func `Past the limit nothing is recorded`() async throws {
        try await withStore { store in
            let key = Sample.key()
            let budget = Budget(name: "b", limit: 2, window: .seconds(3_600))
            func admit(_ command: Command) async throws -> Admission {
                try await store.admission.admit(command, budget: budget, key: key, idempotency: claim)
            }
            _ = try await admit(Sample.command())
            _ = try await admit(Sample.command())
            let refused = Sample.command()
            guard case .limited(let state) = try await admit(refused) else {
                Issue.record("not limited")
                return
            }
            #expect(!state.isAdmitted)
            #expect(state.remaining == 0)
            #expect(state.resetSeconds >= 3_600)
            #expect(try await store.jobs.get(refused.jobID, owner: "alice") == nil)
        }
    }

    @Test func `A withdrawn command has failed, its idempotency key is free, and repeaters hear of it`() async throws {
        try await withStore { store in
            try await Heard.on(["g1", "g2"], of: store) { heard async throws in
                let command = Sample.command(replyTo: "g1")
                let repetition = Sample.command(replyTo: "g2")
                try await store.admit(command, claim)
                try await store.admit(repetition, claim)
                let error = NovaError(.serviceUnavailable, "no Kafka")
                for publisher in [repetition.jobID, command.jobID] {
                    _ = try await store.admission.withdraw(
                        command,
                        publisher: publisher,
                        idempotency: claim,
                        error: error
                    )
                }
                let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
                #expect(record.state == .failed)
                #expect(record.error == error)
                let body = "\(command.jobID)\u{1F}failed\u{1F}\(error.json.jsonString)"
                #expect(try await heard.all() == ["g1: \(body)", "g2: \(body)"])
                guard case .admitted = try await store.admit(Sample.command(), claim) else {
                    Issue.record("the idempotency key is not free")
                    return
                }
                #expect(try await store.jobs.start(command, worker: "w", run: "r") == .ended(.failed))
            }
        }
    }
}
