import FlowPool
import KafkaClient
import NovaContract
import NovaStore
import RedisClient
import Synchronization
import Testing
import WorkerRuntime

/// What happens to commands that fail, on a real broker and a real Redis.
@Suite(.timeLimit(.minutes(2))) struct RetryTests {
    private static let later = NovaError(.serviceUnavailable, "not now")

    @Test func faultsThatMayPassAreTriedAgainAndTheOthersBecomeDeadLetters() async throws {
        try await WorkerBench.run { bench in
            let passing = try await bench.publish("passes")
            let staying = try await bench.publish("stays")
            let wrong = try await bench.publish("wrong")
            let handler = ScriptedHandler { call, _ in
                switch call.entityID {
                case "wrong": .reject(NovaError(.infeasible, "no"))
                case "passes" where call.attempt == 3: .done([:])
                default: .retry(after: nil, error: Self.later)
                }
            }
            try await bench.withWorker(handler, { $0.maximumAttempts = 4 }) { _ in
                let records = try await bench.ended([passing, staying, wrong])
                #expect(records.map(\.state) == [.completed, .failed, .failed])
                #expect(records.map(\.attempts) == [3, 4, 1])
                #expect(records.map { $0.error?.code } == [nil, .serviceUnavailable, .infeasible])
            }
            let letters = try await bench.deadLetters(2)
            let codes = Dictionary(uniqueKeysWithValues: letters.map { ($0.letter.error.code, $0) })
            let exhausted = try #require(codes[.serviceUnavailable])
            #expect(exhausted.letter.attempts == 4)
            #expect(exhausted.letter.topic == bench.topics.commands(.optimization))
            // The original is whole: it can be sent again.
            let again = try Command(message: exhausted.message, catalog: bench.store.catalog)
            #expect(again.jobID == staying.jobID)
            #expect(again.payload == staying.payload)
            #expect(codes[.infeasible]?.letter.attempts == 1)
        }
    }

    @Test func aRetryingCommandHoldsUpItsOwnEntityOnly() async throws {
        try await WorkerBench.run { bench in
            let retrying = try await bench.publish("one")
            let behind = try await bench.publish("one")
            var others: [Command] = []
            for _ in 0..<20 { others.append(try await bench.publish("other")) }
            let handler = ScriptedHandler { call, _ in
                call.jobID == retrying.jobID ? .retry(after: .seconds(500), error: Self.later) : .done([:])
            }
            // One slot: were it held while the command waits, nothing else would run.
            try await bench.withWorker(handler, { $0.concurrency = 1 }) { _ in
                let records = try await bench.ended(others)
                #expect(records.allSatisfy { $0.state == .completed })
                let waiting = try #require(try await bench.store.jobs.get(retrying.jobID, owner: "o"))
                #expect((waiting.state, waiting.attempts) == (.queued, 1))
                let blocked = try await bench.store.jobs.get(behind.jobID, owner: "o")
                #expect(blocked == nil)
                _ = try await bench.store.jobs.cancel(waiting, owner: "o")
                _ = try await bench.ended([retrying, behind])
            }
            let calls = await handler.calls.filter { $0.entityID == "one" }
            #expect(calls.map(\.jobID) == [retrying.jobID, behind.jobID])
        }
    }

    @Test func aRestartedWorkerGoesOnCountingAndWaiting() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let first = ScriptedHandler { _, _ in .retry(after: .seconds(5), error: Self.later) }
            try await bench.withWorker(first) { _ in _ = try await bench.events(until: "job.retrying") }
            let due = try #require(try await bench.store.jobs.get(command.jobID, owner: "o")?.retryAt)
            let second = ScriptedHandler { _, _ in .retry(after: nil, error: Self.later) }
            try await bench.withWorker(second, { $0.maximumAttempts = 3 }) { _ in
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.state == .failed)
                #expect(record.attempts == 3)
                #expect(record.startedAt ?? 0 >= due)
            }
            #expect(await first.calls.map(\.attempt) == [1])
            #expect(await second.calls.map(\.attempt) == [2, 3])
        }
    }

    @Test func aCommandThatItsWorkersDieOverIsGivenUp() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            // As workers leave it that are killed in the middle: once beside others, then alone.
            for run in 1...3 {
                _ = try await bench.store.jobs.start(command, worker: "dead", run: "\(run)", isAlone: run > 1)
            }
            let handler = ScriptedHandler { _, _ in .done([:]) }
            try await bench.withWorker(handler, { $0.maximumAttempts = 2 }) { _ in
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.state == .failed)
                #expect(record.attempts == 2)
                let reason = "given up after 2 attempts: it ended its worker 2 times"
                #expect(record.error?.message.contains(reason) == true)
            }
            #expect(try await bench.deadLetters(1).first?.letter.attempts == 2)
            #expect(await handler.calls.isEmpty)
        }
    }

    @Test func noAttemptBeginsPastTheTimeForThem() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            // The upstream asks for more time than there is.
            let handler = ScriptedHandler { _, _ in .retry(after: .seconds(120), error: Self.later) }
            try await bench.withWorker(handler, { $0.maximumRetryTime = .seconds(60) }) { _ in
                let record = try #require(try await bench.ended([command]).first)
                #expect((record.state, record.attempts) == (.failed, 1))
                #expect(record.error == Self.later)
            }
        }
    }

    @Test func aWaitingCommandThatIsCancelledLetsTheNextOneRun() async throws {
        try await WorkerBench.run { bench in
            let waiting = try await bench.publish("one")
            let behind = try await bench.publish("one")
            let handler = ScriptedHandler { call, _ in
                call.jobID == waiting.jobID ? .retry(after: .seconds(500), error: Self.later) : .done([:])
            }
            try await bench.withWorker(handler) { _ in
                _ = try await bench.events(until: "job.retrying")
                let record = try #require(try await bench.store.jobs.get(waiting.jobID, owner: "o"))
                let verdict = try await bench.store.jobs.cancel(record, owner: "o")
                #expect(verdict == .cancelled)
                let records = try await bench.ended([waiting, behind])
                #expect(records.map(\.state) == [.cancelled, .completed])
            }
        }
    }

    @Test func recordsThatAreNoCommandsAreDeadLettersAndHoldNothingUp() async throws {
        try await WorkerBench.run { bench in
            let topic = bench.topics.commands(.optimization)
            for value in ["", "not a command", "{}"] {
                _ = try await bench.producer.send(.init(topic: topic, key: nil, value: Array(value.utf8)))
            }
            let command = try await bench.publish("one")
            let handler = ScriptedHandler { _, _ in .done([:]) }
            try await bench.withWorker(handler) { _ in
                let records = try await bench.ended([command])
                #expect(records.map(\.state) == [.completed])
                let letters = try await bench.deadLetters(3)
                #expect(
                    Set(letters.map { String(decoding: $0.message.value, as: UTF8.self) }) == [
                        "", "not a command", "{}",
                    ]
                )
                #expect(letters.allSatisfy { $0.letter.error.code == .validationError && $0.letter.attempts == 0 })
                #expect(Set(letters.map(\.letter.offset)) == [0, 1, 2])
            }
            #expect(await handler.calls.count == 1)
        }
    }

    @Test func aReplayRunsAFailedCommandAgainOnce() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let failing = ScriptedHandler { _, _ in .reject(NovaError(.infeasible, "no")) }
            try await bench.withWorker(failing) { _ in _ = try await bench.ended([command]) }
            for _ in 1...2 { try await bench.publish("one", jobID: command.jobID, replay: "0:0") }
            try await bench.publish("one", jobID: command.jobID, replay: "0:1")
            let last = try await bench.publish("one")
            let handler = ScriptedHandler { _, _ in .done(["by": "replay"]) }
            try await bench.withWorker(handler) { _ in
                _ = try await bench.ended([last])
                let record = try #require(try await bench.store.jobs.get(command.jobID, owner: "o"))
                #expect(record.state == .completed)
                #expect(record.result == ["by": "replay"])
            }
            #expect(await handler.calls.map(\.jobID) == [command.jobID, last.jobID])
        }
    }

    @Test func aJobThatAnotherRunTookAndGaveBackIsNotLeftWithNobody() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let isFirst = Atomic<Bool>(true)
            let handler = ScriptedHandler { call, _ in
                guard isFirst.exchange(false, ordering: .relaxed) else { return .done(["by": "the owner"]) }
                // A worker that was slow to hear that the record is no longer its own.
                do {
                    let verdict = try await bench.store.jobs.start(command, worker: "late", run: "late", isAlone: true)
                    guard case .run(let late) = verdict else { return .reject(Self.later) }
                    _ = try await bench.store.jobs.handBack(command, late)
                } catch {
                    Issue.record("\(error)")
                }
                return .retry(after: nil, error: Self.later)
            }
            try await bench.withWorker(handler) { _ in
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.result == ["by": "the owner"])
            }
        }
    }

    @Test func theChangeOfAReplayIsRememberedAsLongAsItsLetter() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one", replay: "0:0")
            let flow = FlowDefinition(steps: [.init(id: "a", duration: 1)])
            let handler = ScriptedHandler { call, _ in
                do {
                    let flows = bench.store.flows(owner: "o", domain: "d")
                    _ = try await flows.put("one", definition: flow, jobID: call.jobID)
                } catch {
                    Issue.record("\(error)")
                }
                return .done([:])
            }
            try await bench.withWorker(handler) { _ in _ = try await bench.ended([command]) }
            let marker = bench.store.keys.applied(
                command.jobID,
                of: .optimization,
                owner: command.owner,
                domain: command.domain
            )
            let left = try await bench.store.redis.command("PTTL", RedisArgument(marker)).int ?? 0
            #expect(left > bench.store.retention.applied.wholeMilliseconds)
        }
    }

    @Test func aDeadlineEndsWhatRunsAndWhatHasNotBegun() async throws {
        try await WorkerBench.run { bench in
            let now = Timestamp.milliseconds()
            let over = try await bench.publish("one", deadline: now - 1)
            let running = try await bench.publish("two", deadline: now + 8_000)
            let handler = ScriptedHandler { _, context in
                // Ends by cancellation only.
                do { try await Task.sleep(for: .seconds(600)) } catch {}
                return context.cancellation.isRaised ? .abandon : .done([:])
            }
            try await bench.withWorker(handler) { _ in
                let records = try await bench.ended([over, running])
                #expect(records.map(\.state) == [.failed, .failed])
                #expect(records.map(\.error) == [.deadlineOver, .deadlineOver])
            }
            #expect(await handler.calls.map(\.jobID) == [running.jobID])
        }
    }

    @Test func aCancellationThatNobodyHeardIsFoundWhenHearingBegins() async throws {
        try await WorkerBench.run { bench in
            let command = try await bench.publish("one")
            let handler = ScriptedHandler { _, context in
                do { try await Task.sleep(for: .seconds(600)) } catch {}
                return context.cancellation.isRaised ? .abandon : .done([:])
            }
            try await bench.withWorker(handler) { _ in
                _ = try await bench.events(until: "job.running")
                // As if the message was lost: only the flag is there. Then the worker's subscription is cut off.
                let key = bench.store.keys.job(command.jobID, owner: "o")
                _ = try await bench.store.redis.command("HSET", RedisArgument(key), "cancel", "1")
                _ = try await bench.store.redis.command("CLIENT", "KILL", "TYPE", "PUBSUB")
                let record = try #require(try await bench.ended([command]).first)
                #expect(record.state == .cancelled)
            }
        }
    }
}
