import NovaContract
import NovaStore
import RedisClient
import Testing

/// What is known of attempts that nobody ended, and which of them count.
@Suite(.timeLimit(.minutes(2)))
struct SuspectTests {
    @Test func `An attempt that was left unended is a suspect, and looking changes nothing`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, worker: "dead", run: "1")
            for _ in 0..<2 {
                let verdict = try await store.jobs.start(command, worker: "w", run: "2")
                #expect(verdict == .suspect(left: 1, worker: "dead"))
            }
            // As it is kept; read alone, it is shown without the worker that is dead.
            let kept = try await store.jobs.get([(command.jobID, "alice")])
            let record = try #require(kept.first ?? nil)
            #expect((record.worker, record.run, record.attempts) == ("dead", "1", 1))
        }
    }

    @Test func `What was left unended beside others is not counted, what was alone is`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            var seen: [[Int]] = []
            for run in 1...4 {
                let attempt = try await store.begin(command, run: "\(run)")
                seen.append([attempt.number, attempt.left, attempt.deaths])
            }
            #expect(seen == [[1, 0, 0], [1, 1, 0], [2, 2, 1], [3, 3, 2]])
        }
    }

    @Test func `Who goes on beside others, or waits, is not counted for a death then`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, run: "1")
            try await store.begin(command, run: "2")
            #expect(try await store.jobs.mark(command, run: "2", isAlone: false))
            let third = try await store.begin(command, run: "3")
            #expect((third.number, third.left, third.deaths) == (1, 2, 0))
            // Another run's mark is none.
            #expect(try await store.jobs.mark(command, run: "2", isAlone: false) == false)
            let fourth = try await store.begin(command, run: "4")
            #expect((fourth.number, fourth.deaths) == (2, 1))
        }
    }

    @Test func `After the most attempts it is given up, without one more being counted`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            for run in 1...3 { try await store.begin(command, run: "\(run)", most: 2) }
            // It runs no more, so that it need not be alone for that.
            for run in 4...5 {
                let verdict = try await store.jobs.start(command, worker: "w", run: "\(run)", mostAttempts: 2)
                guard case .run(let last) = verdict else {
                    Issue.record("\(verdict)")
                    return
                }
                #expect(last.isSpent)
                #expect((last.number, last.isAlone) == (2, false))
            }
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.attempts == 2)
        }
    }

    @Test func `An attempt that ended leaves no suspicion, one that was handed back alone does`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, run: "1")
            let alone = try await store.begin(command, run: "2")
            #expect(try await store.jobs.handBack(command, alone))
            let verdict = try await store.jobs.start(command, worker: "w", run: "3")
            guard case .suspect(left: 1, worker: _) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            let again = try await store.begin(command, run: "3")
            #expect((again.number, again.left, again.deaths) == (1, 1, 0))
            let later = NovaError(.serviceUnavailable, "not now")
            #expect(try await store.jobs.retry(command, again, due: 0, error: later) == .waiting)
            let next = try await store.jobs.start(command, worker: "w", run: "4")
            guard case .run(let attempt) = next else {
                Issue.record("\(next)")
                return
            }
            #expect((attempt.number, attempt.isAlone) == (2, false))
        }
    }

    @Test func `A suspect that somebody cancelled ends at once, and one that Redis lost begins anew`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, run: "1")
            let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            _ = try await store.jobs.cancel(record, owner: "alice")
            guard case .cancelled = try await store.jobs.start(command, worker: "w", run: "2") else {
                Issue.record("not cancelled")
                return
            }
            _ = try await store.redis.command("FLUSHALL")
            #expect(try await store.begin(command, run: "3").number == 1)
        }
    }

    @Test func `A replay of what ended its workers begins as if nothing had been`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            for run in 1...3 { try await store.begin(command, run: "\(run)") }
            _ = try await store.jobs.complete(command, run: "3", Sample.failure())
            let replay = Sample.command(jobID: command.jobID, replay: "0:7")
            let verdict = try await store.jobs.start(replay, worker: "w", run: "4")
            guard case .run(let attempt) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect((attempt.number, attempt.left, attempt.deaths) == (1, 0, 0))
        }
    }
}
