import NovaContract
import NovaStore
import RedisClient
import Testing

/// Which gateway publishes a command that was asked for more than once, and which may withdraw it: the table in
/// `admit.lua`.
@Suite(.timeLimit(.minutes(2)))
struct RepetitionTests {
    private let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")
    private let error = NovaError(.serviceUnavailable, "no Kafka")

    private func `repeat`(_ store: Store, _ command: Command = Sample.command()) async throws -> EarlierJob? {
        guard case .repeated(let earlier, _) = try await store.admit(command, claim) else { return nil }
        return earlier
    }

    private func withdraw(_ store: Store, _ command: Command, by publisher: Command) async throws -> WithdrawVerdict {
        try await store.admission.withdraw(command, publisher: publisher.jobID, idempotency: claim, error: error)
    }

    private func state(_ store: Store, _ command: Command) async throws -> JobState? {
        try await store.jobs.get(command.jobID, owner: command.owner)?.state
    }

    @Test func `A command that Kafka did not take and Redis forgot is not told to be under way`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command, claim)
            _ = try await store.redis.command("FLUSHALL")
            #expect(try await withdraw(store, command, by: command) == .withdrawn)
        }
    }

    @Test func `A job that is queued and was never begun is to be published again, with its own times`() async throws {
        try await withStore { store in
            let first = Sample.command(createdAt: 1_700_000_000_123)
            try await store.admit(first, claim)
            let key = RedisArgument(store.keys.job(first.jobID, owner: first.owner))
            _ = try await store.redis.command("HSET", key, "deadline", "1700000009999")
            for _ in 0..<3 {
                let earlier = try #require(try await `repeat`(store))
                #expect(earlier.id == first.jobID)
                #expect(earlier.needsPublishing)
                #expect(earlier.createdAt == first.createdAt)
                #expect(earlier.deadline == 1_700_000_009_999)
            }
        }
    }

    @Test func `A job that was begun is not published again, also where it waits for its next attempt`() async throws {
        try await withStore { store in
            let first = Sample.command()
            try await store.admit(first, claim)
            let key = RedisArgument(store.keys.job(first.jobID, owner: first.owner))
            // Running, waiting for a retry, handed back uncounted, ended.
            for (state, attempts) in [("running", "1"), ("queued", "1"), ("queued", "0"), ("completed", "1")] {
                let fields: [RedisArgument] = ["state", RedisArgument(state), "attempts", RedisArgument(attempts)]
                _ = try await store.redis.command(["HSET", key] + fields)
                #expect(try await `repeat`(store)?.needsPublishing == false, "\(state)")
                #expect(try await withdraw(store, first, by: first) == .begun, "\(state)")
            }
            #expect(try await state(store, first) == .completed)
        }
    }

    @Test func `A job whose record is gone is recorded and published under its id`() async throws {
        try await withStore { store in
            let first = Sample.command()
            try await store.admit(first, claim)
            _ = try await store.redis.command("DEL", RedisArgument(store.keys.job(first.jobID, owner: first.owner)))
            let second = Sample.command(createdAt: 1_800_000_000_000)
            let earlier = try #require(try await `repeat`(store, second))
            #expect(earlier.id == first.jobID)
            #expect(earlier.needsPublishing)
            #expect(earlier.createdAt == nil)
            let record = try #require(try await store.jobs.get(first.jobID, owner: first.owner))
            #expect(record.state == .queued)
            #expect(record.createdAt == second.createdAt)
            let listed = try await store.jobs.list(owner: first.owner, cursor: nil, limit: 5) { _ in true }
            #expect(listed.elements.map(\.id) == [first.jobID])
            // Who made it may have published it.
            #expect(try await withdraw(store, first, by: second) == .left)
            #expect(try await state(store, first) == .queued)
        }
    }

    @Test func `Who fails to publish does not withdraw what another may have published`() async throws {
        try await withStore { store in
            let (first, second) = (Sample.command(), Sample.command())
            try await store.admit(first, claim)
            _ = try await `repeat`(store, second)
            #expect(try await withdraw(store, first, by: second) == .left)
            // Twice is once.
            #expect(try await withdraw(store, first, by: second) == .left)
            #expect(try await state(store, first) == .queued)
            // The first gateway may have died: nothing but its own word takes it out.
            let third = Sample.command()
            #expect(try await `repeat`(store, third)?.needsPublishing == true)
            #expect(try await withdraw(store, first, by: third) == .left)
            #expect(try await `repeat`(store)?.id == first.jobID)
        }
    }

    @Test func `When all have failed, the last one fails the job and frees the key`() async throws {
        try await withStore { store in
            let commands = (0..<3).map { _ in Sample.command() }
            for command in commands { try await store.admit(command, claim) }
            for command in commands.dropLast() {
                #expect(try await withdraw(store, commands[0], by: command) == .left)
            }
            #expect(try await withdraw(store, commands[0], by: commands[2]) == .withdrawn)
            #expect(try await state(store, commands[0]) == .failed)
            #expect(try await `repeat`(store) == nil)
        }
    }

    @Test func `However many repeat, the record stays small, and none who is not named is forgotten`() async throws {
        try await withStore { store in
            let first = Sample.command()
            try await store.admit(first, claim)
            var repetitions: [Command] = []
            for _ in 0..<60 {
                repetitions.append(Sample.command())
                #expect(try await `repeat`(store, repetitions[repetitions.count - 1])?.needsPublishing == true)
            }
            let key = RedisArgument(store.keys.job(first.jobID, owner: first.owner))
            let length = try await store.redis.command("HSTRLEN", key, "publishers").int ?? 0
            #expect(length < 1_100)
            for command in [first] + repetitions.dropLast() {
                #expect(try await withdraw(store, first, by: command) == .left)
            }
        }
    }
}
