import KafkaClient
import NovaContract
import NovaStore
import RedisClient
import ServiceLifecycle
import Testing
import WorkerRuntime

/// A worker on a real broker and a real Redis.
@Suite(.timeLimit(.minutes(2))) struct WorkerTests {
    @Test func oneEntityIsInOrderAndOthersRunBesideIt() async throws {
        // One partition, and more commands at once than that.
        try await WorkerBench.run(partitions: 1) { bench in
            let gate = Gate(5)
            let handler = ScriptedHandler { _, _ in
                await gate.pass()
                return .done([:])
            }
            var commands: [Command] = []
            for _ in 0..<6 {
                for entity in 0..<5 { commands.append(try await bench.publish("\(entity)")) }
            }
            try await bench.withWorker(handler) { _ in
                let records = try await bench.ended(commands)
                #expect(records.allSatisfy { $0.state == .completed && $0.attempts == 1 })
            }
            let calls = await handler.calls
            #expect(calls.count == commands.count)
            for entity in 0..<5 {
                let asked = commands.filter { $0.entityID == "\(entity)" }.map(\.jobID)
                #expect(calls.filter { $0.entityID == "\(entity)" }.map(\.jobID) == asked)
            }
            #expect(await handler.mostAtOnce == 5)
            #expect(await handler.overlaps.isEmpty)
        }
    }

    /// Keyed by its domain and id alone: such records are in Kafka while one version is replaced by the next.
    @Test func aCommandThatAnOlderGatewayPublishedIsTaken() async throws {
        try await WorkerBench.run(partitions: 1) { bench in
            let older = bench.command("one")
            let record = older.record(topics: bench.topics)
            _ = try await bench.producer.send(
                KafkaRecord(
                    topic: record.topic,
                    partition: nil,
                    key: Array("flow:d:one".utf8),
                    value: record.value,
                    headers: record.headers
                )
            )
            let newer = try await bench.publish("one")
            try await bench.withWorker(ScriptedHandler { _, _ in .done([:]) }) { _ in
                let records = try await bench.ended([older, newer])
                #expect(records.allSatisfy { $0.state == .completed })
            }
        }
    }

    @Test func aGracefulStopLeavesTheRestToTheNextWorker() async throws {
        try await WorkerBench.run { bench in
            var commands: [Command] = []
            for _ in 0..<3 { commands.append(try await bench.publish("one")) }
            let (began, release) = (Signal(), Signal())
            let first = ScriptedHandler { _, _ in
                began.raise()
                await release.wait()
                return .done([:])
            }
            try await bench.withWorker(first) { group in
                await began.wait()
                await group.triggerGracefulShutdown()
                release.raise()
            }
            #expect(await first.calls.count == 1)
            let second = ScriptedHandler { _, _ in .done([:]) }
            try await bench.withWorker(second) { _ in
                let records = try await bench.ended(commands)
                #expect(records.map(\.attempts) == [1, 1, 1])
            }
            #expect(await second.calls.map(\.jobID) == commands.dropFirst().map(\.jobID))
        }
    }

    @Test func whatDoesNotEndInTimeIsHandedBack() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let began = Signal()
            let first = ScriptedHandler { _, context in
                began.raise()
                while !context.cancellation.isRaised { await Task.yield() }
                return .abandon
            }
            try await bench.withWorker(first, { $0.shutdownGrace = .milliseconds(10) }) { _ in await began.wait() }
            let second = ScriptedHandler { _, _ in .done(["by": "second"]) }
            try await bench.withWorker(second) { _ in
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.result == ["by": "second"])
                // What was handed back is not counted.
                #expect(record.attempts == 1)
            }
        }
    }

    @Test func aRunningJobIsCancelled() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let handler = ScriptedHandler { _, context in
                do { try await Task.sleep(for: .seconds(600)) } catch {}
                return context.cancellation.isRaised ? .abandon : .done([:])
            }
            try await bench.withWorker(handler) { _ in
                try await bench.whenRunning(command) { record in
                    let verdict = try await bench.store.jobs.cancel(record, owner: "o")
                    #expect(verdict == .requested)
                }
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.state == .cancelled)
                #expect(record.error?.code == .conflict)
            }
        }
    }

    @Test func aJobThatHasEndedIsNotRunAgain() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            _ = try await bench.producer.send(command.record(topics: bench.topics))
            let last = try await bench.publish("one")
            let handler = ScriptedHandler { _, _ in .done([:]) }
            try await bench.withWorker(handler) { _ in _ = try await bench.ended([command, last]) }
            #expect(await handler.calls.map(\.jobID) == [command.jobID, last.jobID])
        }
    }

    @Test func progressIsToldAndKept() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let release = Signal()
            let handler = ScriptedHandler { _, context in
                context.report(Progress(fraction: 0.5, message: "half", details: ["makespan": 7]))
                await release.wait()
                return .done([:])
            }
            try await bench.withWorker(handler) { _ in
                let events = try await bench.events(until: "job.progress")
                let progress = try #require(events.last)
                let data = try JSONValue(parsing: progress.data)
                #expect(data["progress"] == ["fraction": 0.5, "message": "half", "details": ["makespan": 7]])
                #expect(progress.channels == ["job:\(command.jobID)", "flow:one", "jobs"])
                release.raise()
                _ = try await bench.ended([command])
            }
        }
    }
}

extension WorkerBench {
    /// The owner's events up to the first of this name, from the beginning.
    func events(until name: String) async throws -> [Event] {
        let channel = store.keys.eventChannel(owner: "o")
        return try await store.redis.subscribe(to: [channel]) { subscription in
            for try await _ in subscription {
                guard let start = EventID("0-0") else { break }
                let events = try await store.events.events(owner: "o", after: start, count: 1_000)
                if let index = events.firstIndex(where: { $0.name == name }) { return Array(events[...index]) }
            }
            return []
        }
    }

    func whenRunning(_ command: Command, _ body: (JobRecord) async throws -> Void) async throws {
        _ = try await events(until: "job.running")
        guard let record = try await store.jobs.get(command.jobID, owner: command.owner) else { return }
        try await body(record)
    }
}
