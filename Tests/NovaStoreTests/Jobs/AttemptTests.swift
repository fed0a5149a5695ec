import FlowPool
import NovaContract
import NovaStore
import RedisClient
import Testing

/// Attempts: counted, put off, handed back, taken over.
@Suite(.timeLimit(.minutes(2)))
struct AttemptTests {
    private let later = NovaError(.serviceUnavailable, "not now")

    @Test func `Asking twice for one run counts one attempt`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            #expect(try await store.begin(command, run: "1").number == 1)
            // The answer was lost, the worker asks again.
            #expect(try await store.begin(command, run: "1").number == 1)
            let names = try await eventNames(store)
            #expect(names == ["job.running"])
        }
    }

    @Test func `A job waits for its next attempt, whichever worker asks`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let attempt = try await store.begin(command, run: "1")
            let due = Timestamp.milliseconds() + 600_000
            #expect(try await store.jobs.retry(command, attempt, due: due, error: later) == .waiting)
            #expect(try await store.jobs.retry(command, attempt, due: due, error: later) == .waiting)
            let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            #expect(record.state == .queued)
            #expect(record.retryAt == due)
            #expect(record.lastError == later)
            guard case .wait(let time) = try await store.jobs.start(command, worker: "other", run: "2") else {
                Issue.record("not waiting")
                return
            }
            #expect(time > .seconds(500) && time <= .seconds(600))
            #expect(try await eventNames(store) == ["job.running", "job.retrying"])
        }
    }

    @Test func `The next attempt knows of those before`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let first = try await store.begin(command, run: "1")
            _ = try await store.jobs.retry(command, first, due: 0, error: later)
            let second = try await store.begin(command, worker: "other", run: "2")
            #expect(second == JobAttempt(run: "2", number: 2, firstAt: first.firstAt, lastError: later))
        }
    }

    @Test func `What a replaced worker says changes nothing, except that it has a result`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let frozen = try await store.begin(command, run: "1")
            try await store.begin(command, worker: "successor", run: "2")
            #expect(try await store.jobs.retry(command, frozen, due: 0, error: later) == .stale)
            #expect(try await store.jobs.handBack(command, frozen) == false)
            #expect(try await store.jobs.condemn(command, frozen, later) == .stale)
            #expect(
                try await store.jobs.progress(command, run: "1", fraction: 1, message: "", details: .null) == .stale
            )
            #expect(try await store.jobs.complete(command, run: "1", Sample.failure()) == .stale)
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.attempts == 1)
            #expect(try await store.jobs.complete(command, run: "1", Sample.completion()) == .applied)
            #expect(try await store.jobs.complete(command, run: "2", Sample.failure()) == .endedBefore)
        }
    }

    @Test func `What is handed back was not counted`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let attempt = try await store.begin(command, run: "1")
            #expect(try await store.jobs.handBack(command, attempt))
            #expect(try await store.jobs.handBack(command, attempt) == false)
            let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            #expect((record.state, record.attempts) == (.queued, 0))
            #expect(try await store.begin(command, run: "2").number == 1)
        }
    }

    @Test func `A job that waits for its next attempt is cancelled at once, and its worker told`() async throws {
        try await withStore { store in
            let channel = store.keys.cancellationChannel(.optimization)
            try await Heard.on([channel], of: store) { heard async throws in
                let command = Sample.command()
                try await store.admit(command)
                let attempt = try await store.begin(command)
                _ = try await store.jobs.retry(command, attempt, due: .max / 2, error: later)
                let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
                #expect(try await store.jobs.cancel(record, owner: "alice") == .cancelled)
                #expect(try await heard.all() == ["\(channel): \(command.jobID)"])
                #expect(try await store.jobs.start(command, worker: "w", run: "2") == .ended(.cancelled))
                #expect(try await store.jobs.cancelRequested([(command.jobID, "alice")]) == [command.jobID])
            }
        }
    }

    @Test func `A failed job is begun once more for each replay`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, run: "1")
            _ = try await store.jobs.complete(command, run: "1", Sample.failure())
            #expect(try await store.jobs.start(command, worker: "w", run: "2") == .ended(.failed))
            let replay = Sample.command(jobID: command.jobID, replay: "0:7")
            #expect(try await store.begin(replay, run: "3").number == 1)
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.error == nil)
            _ = try await store.jobs.complete(replay, run: "3", Sample.failure())
            #expect(try await store.jobs.start(replay, worker: "w", run: "4") == .ended(.failed))
            let deadline = Timestamp.milliseconds() + 600_000
            let second = Sample.command(jobID: command.jobID, deadline: deadline, replay: "0:9")
            try await store.begin(second, run: "5")
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.deadline == deadline)
            _ = try await store.jobs.complete(second, run: "5", Sample.failure())
            // Neither of the two that were replayed before.
            for old in [replay, second] {
                #expect(try await store.jobs.start(old, worker: "w", run: "x") == .ended(.failed))
            }
            let again = Sample.command(jobID: command.jobID, replay: "0:10")
            try await store.begin(again, run: "5b")
            _ = try await store.jobs.complete(again, run: "5b", Sample.completion())
            let third = Sample.command(jobID: command.jobID, replay: "0:11")
            #expect(try await store.jobs.start(third, worker: "w", run: "6") == .ended(.completed))
        }
    }

    @Test func `A job that was to fail when its worker died fails, whoever has it next`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let dying = try await store.begin(command, run: "1")
            #expect(try await store.jobs.condemn(command, dying, later) == .condemned)
            let verdict = try await store.jobs.start(command, worker: "other", run: "2")
            #expect(
                verdict
                    == .condemned(
                        JobAttempt(run: "2", number: 1, firstAt: dying.firstAt, lastError: later, left: 1),
                        later
                    )
            )
            // Not even a result that comes late makes it another end than its dead letter's.
            #expect(try await store.jobs.complete(command, run: "1", Sample.completion()) == .stale)
            #expect(try await store.jobs.complete(command, run: "2", Sample.failure()) == .applied)
        }
    }

    @Test func `What Redis has lost meanwhile is not taken for somebody else's`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let attempt = try await store.begin(command)
            _ = try await store.redis.command("FLUSHALL")
            #expect(try await store.jobs.retry(command, attempt, due: 0, error: later) == .lost)
            #expect(try await store.jobs.handBack(command, attempt) == false)
            #expect(try await store.begin(command, run: "2").number == 1)
            _ = try await store.redis.command("FLUSHALL")
            #expect(try await store.jobs.condemn(command, attempt, later) == .condemned)
            guard case .condemned(let next, later) = try await store.jobs.start(command, worker: "w", run: "3") else {
                Issue.record("not condemned")
                return
            }
            // Handing a condemned job back takes nothing away.
            #expect(try await store.jobs.handBack(command, next))
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.attempts == 1)
        }
    }

    @Test func `A job whose worker is dead is shown as waiting for another`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.begin(command, worker: "w")
            try await store.workers.renew("w", for: .seconds(60))
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.state == .running)
            try await store.workers.end("w")
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.state == .queued)
            let page = try await store.jobs.list(owner: "alice", cursor: nil, limit: 5) { $0.state == .queued }
            #expect(page.elements.map(\.id) == [command.jobID])
        }
    }

    @Test func `A job past its deadline that nobody works on is ended, once`() async throws {
        try await withStore { store in
            let now = Timestamp.milliseconds()
            let (over, inTime) = (Sample.command(deadline: now - 1), Sample.command(deadline: now + 600_000))
            for command in [over, inTime] { try await store.admit(command) }
            let record = try #require(try await store.jobs.get(over.jobID, owner: "alice"))
            #expect(record.isOverdue(at: now))
            // Another worker began it since.
            try await store.begin(over)
            #expect(try await store.jobs.expire(record, owner: "alice") == false)
            let seen = try #require(try await store.jobs.get(over.jobID, owner: "alice"))
            #expect(try await store.jobs.expire(seen, owner: "alice"))
            #expect(try await store.jobs.expire(seen, owner: "alice") == false)
            #expect(try await store.jobs.get(over.jobID, owner: "alice")?.error == .deadlineOver)
            let other = try #require(try await store.jobs.get(inTime.jobID, owner: "alice"))
            #expect(try await store.jobs.expire(other, owner: "alice") == false)
            #expect(try await eventNames(store) == ["job.running", "job.failed"])
        }
    }

    private func eventNames(_ store: Store) async throws -> [String] {
        let begin = try #require(EventID("0-0"))
        return try await store.events.events(owner: "alice", after: begin, count: 100).map(\.name)
    }
}
