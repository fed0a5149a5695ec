import FlowPool
import NovaContract
import NovaStore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct JobLifeTests {
    @Test func `A job runs, tells of its progress, and ends once`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            try await store.workers.renew("w", for: .seconds(60))
            #expect(try await store.begin(command, run: "1").number == 1)
            #expect(
                try await store.jobs.progress(command, run: "1", fraction: 0.5, message: "half", details: .null)
                    == .told
            )
            let running = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            #expect(running.state == .running)
            #expect(running.worker == "w")
            #expect(running.progress == 0.5)
            #expect(running.progressMessage == "half")
            // What was alone in its worker when that died is counted.
            try await store.jobs.mark(command, run: "1", isAlone: true)
            #expect(try await store.begin(command, worker: "other", run: "2").number == 2)
            #expect(try await store.jobs.complete(command, run: "2", Sample.completion()) == .applied)
            #expect(try await store.jobs.complete(command, run: "2", Sample.failure()) == .endedBefore)
            #expect(
                try await store.jobs.progress(command, run: "2", fraction: 0.6, message: "", details: .null) == .stale
            )
            #expect(try await store.jobs.start(command, worker: "w", run: "3") == .ended(.completed))
            let ended = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
            #expect(ended.state == .completed)
            #expect(ended.result == ["answer": 42])
            #expect(ended.progress == 1)
        }
    }

    @Test func `Events are in the log, in order, without holes, and say the same as was published`() async throws {
        try await withStore { store in
            let channel = store.keys.eventChannel(owner: "alice")
            try await Heard.on([channel], of: store) { heard async throws in
                let command = Sample.command()
                try await store.admit(command)
                try await store.begin(command)
                _ = try await store.jobs.progress(command, run: "r", fraction: 0.5, message: "half", details: .null)
                _ = try await store.jobs.complete(command, run: "r", Sample.completion())
                let begin = try #require(EventID("0-0"))
                let logged = try await store.events.events(owner: "alice", after: begin, count: 10)
                #expect(logged.map(\.name) == ["job.running", "job.progress", "job.completed"])
                #expect(logged[0].id.isFollowed(by: logged[1].id))
                #expect(logged[1].id.isFollowed(by: logged[2].id))
                #expect(logged[2].channels == ["job:\(command.jobID)", "flow:nightly", "jobs"])
                #expect(try JSONValue(parsing: logged[2].data)["result"] == ["answer": 42])
                let published = try await heard.all().map { Event(published: String($0.dropFirst(channel.count + 2))) }
                #expect(published == logged)
                #expect(try await store.events.newest(owner: "alice") == logged[2].id)
                #expect(try await store.events.events(owner: "alice", after: logged[1].id, count: 10) == [logged[2]])
            }
        }
    }

    @Test func `A large result is not repeated in the event`() async throws {
        try await withStore { store in
            let command = Sample.command()
            try await store.admit(command)
            let large = JSONValue.string(String(repeating: "x", count: 100_000))
            _ = try await store.jobs.complete(command, run: "r", Sample.completion(large))
            let begin = try #require(EventID("0-0"))
            let event = try #require(try await store.events.events(owner: "alice", after: begin, count: 1).first)
            #expect(try JSONValue(parsing: event.data)["result_omitted"] == true)
            #expect(try await store.jobs.get(command.jobID, owner: "alice")?.result == large)
        }
    }

    @Test func `Cancelling a running job tells its worker, and the next attempt`() async throws {
        try await withStore { store in
            let channel = store.keys.cancellationChannel(.optimization)
            try await Heard.on([channel], of: store) { heard async throws in
                let command = Sample.command()
                try await store.admit(command)
                try await store.begin(command)
                let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
                #expect(try await store.jobs.cancel(record, owner: "alice") == .requested)
                #expect(try await heard.all() == ["\(channel): \(command.jobID)"])
                #expect(try await store.jobs.get(command.jobID, owner: "alice")?.isCancelRequested == true)
                let verdict = try await store.jobs.start(command, worker: "w", run: "2")
                guard case .cancelled = verdict else {
                    Issue.record("\(verdict)")
                    return
                }
                let unknown = Sample.command()
                try await store.admit(unknown)
                let lost = try #require(try await store.jobs.get(unknown.jobID, owner: "alice"))
                _ = try await store.redis.command("FLUSHALL")
                #expect(try await store.jobs.cancel(lost, owner: "alice") == .unknown)
            }
        }
    }

    @Test func `What Redis has lost is made anew by the worker`() async throws {
        try await withStore { store in
            let now = Timestamp.milliseconds()
            let (first, second) = (Sample.command(createdAt: now), Sample.command(createdAt: now))
            try await store.admit(first)
            try await store.admit(second)
            _ = try await store.redis.pipeline([["FLUSHALL"], ["SCRIPT", "FLUSH"]])
            try await store.begin(first)
            _ = try await store.redis.pipeline([["FLUSHALL"], ["SCRIPT", "FLUSH"]])
            #expect(try await store.jobs.complete(first, run: "r", Sample.completion()) == .applied)
            try await store.begin(second)
            let record = try #require(try await store.jobs.get(first.jobID, owner: "alice"))
            #expect(record.state == .completed)
            #expect(record.entityID == "nightly")
            #expect(record.createdAt == first.createdAt)
            let page = try await store.jobs.list(owner: "alice", cursor: nil, limit: 10) { _ in true }
            #expect(Set(page.elements.map(\.id)) == [first.jobID, second.jobID])
            for name in try await store.redis.command("KEYS", "*").array?.compactMap(\.string) ?? [] {
                #expect(try await store.redis.command("PTTL", .init(name)).int ?? 0 > 0, "\(name) is kept for ever")
            }
        }
    }

    @Test func `A log that was lost begins with ids that cannot be taken for the old ones`() async throws {
        try await withStore { store in
            func newest() async throws -> EventID {
                let command = Sample.command()
                _ = try await store.jobs.complete(command, run: "r", Sample.completion())
                return try #require(try await store.events.newest(owner: "alice"))
            }
            let before = try await newest()
            _ = try await store.redis.command("FLUSHALL")
            let after = try await newest()
            #expect(!before.isFollowed(by: after))
            #expect(after.milliseconds >= before.milliseconds)
        }
    }
}
