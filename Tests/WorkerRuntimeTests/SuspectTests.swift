import NovaContract
import NovaStore
import Synchronization
import Testing
import WorkerRuntime

/// Commands whose last attempt nobody ended, on a real broker and a real Redis.
@Suite(.timeLimit(.minutes(2))) struct SuspectTests {
    @Test func suspectsAreTriedOneByOneAndTheirAttemptsAreNotCounted() async throws {
        try await WorkerBench.run(partitions: 2) { bench in
            var suspects: [Command] = []
            for number in 0..<20 { suspects.append(try await bench.leftUnended("suspect-\(number)")) }
            var others: [Command] = []
            for number in 0..<20 { others.append(try await bench.publish("other-\(number)")) }
            let running = Running()
            let handler = ScriptedHandler { call, _ in
                await running.during(call.entityID) { await Task.yield() }
                return .done([:])
            }
            try await bench.withWorker(handler) { _ in
                let records = try await bench.ended(suspects + others)
                #expect(records.allSatisfy { $0.state == .completed && $0.attempts == 1 })
            }
            #expect(await running.besideSuspects.isEmpty)
        }
    }

    @Test func aLongCommandMakesWayForASuspectAndBeginsAgainUncounted() async throws {
        try await WorkerBench.run { bench in
            let long = try await bench.publish("long")
            let began = Signal()
            let isFirst = Atomic<Bool>(true)
            let handler = ScriptedHandler { call, context in
                guard call.entityID == "long", isFirst.exchange(false, ordering: .relaxed) else { return .done([:]) }
                began.raise()
                // Ends by cancellation only.
                do { try await Task.sleep(for: .seconds(600)) } catch {}
                return context.cancellation.reason == .madeWay ? .abandon : .reject(NovaError(.serviceError, "why?"))
            }
            try await bench.withWorker(handler, { $0.suspectTime = .milliseconds(50) }) { _ in
                await began.wait()
                let suspect = try await bench.leftUnended("suspect")
                let records = try await bench.ended([long, suspect])
                #expect(records.map(\.state) == [.completed, .completed])
                #expect(records.map(\.attempts) == [1, 1])
            }
        }
    }

    /// It waits for another: alone for ever, it would never end.
    @Test(arguments: [true, false])
    func aSuspectThatTakesLongOrWaitsLetsOthersRun(waits: Bool) async throws {
        try await WorkerBench.run { bench in
            let suspect = try await bench.leftUnended("suspect")
            let other = try await bench.publish("other")
            let ran = Signal()
            let handler = ScriptedHandler { call, context in
                if call.entityID == "other" {
                    ran.raise()
                } else if waits {
                    await context.withoutSlot { await ran.wait() }
                } else {
                    await ran.wait()
                }
                return .done([:])
            }
            try await bench.withWorker(handler, { $0.suspectTime = waits ? .seconds(600) : .milliseconds(50) }) { _ in
                let records = try await bench.ended([suspect, other])
                #expect(records.allSatisfy { $0.state == .completed && $0.attempts == 1 })
            }
        }
    }

    /// Whether it is known to be a suspect when it begins to wait, or waits behind one before anything is known of it.
    @Test(arguments: [true, false])
    func aSuspectThatIsCancelledWhileItWaitsEndsBeforeItsTurn(isKnown: Bool) async throws {
        try await WorkerBench.run { bench in
            let first = try await bench.leftUnended("first")
            let known = isKnown ? try await bench.leftUnended("second") : nil
            let (began, release) = (Signal(), Signal())
            let handler = ScriptedHandler { call, _ in
                began.raise()
                await release.wait()
                return .done([:])
            }
            try await bench.withWorker(handler, { $0.suspectTime = .seconds(600) }) { _ in
                await began.wait()
                let second = if let known { known } else { try await bench.leftUnended("second") }
                let running = await handler.calls.first?.jobID
                let waiting = running == first.jobID ? second : first
                let record = try #require(try await bench.store.jobs.get(waiting.jobID, owner: "o"))
                _ = try await bench.store.jobs.cancel(record, owner: "o")
                let ended = try await bench.ended([waiting])
                #expect(ended.map(\.state) == [.cancelled])
                release.raise()
                _ = try await bench.ended([first, second])
            }
        }
    }
}

/// Who runs at the same time.
private actor Running {
    private var names: Set<String> = []
    /// Suspects that others ran beside.
    private(set) var besideSuspects: Set<String> = []

    func during(_ name: String, _ body: @Sendable () async -> Void) async {
        names.insert(name)
        if names.count > 1 { besideSuspects.formUnion(names.filter { $0.hasPrefix("suspect") }) }
        await body()
        names.remove(name)
    }
}

extension WorkerBench {
    /// A command whose worker died in the middle, beside others.
    fileprivate func leftUnended(_ entityID: String) async throws -> Command {
        let jobID = UUIDv7.make()
        let command = command(entityID, jobID: jobID)
        guard case .run = try await store.jobs.start(command, worker: "dead", run: "dead") else {
            throw NovaError(.serviceError, "not begun")
        }
        return try await publish(entityID, jobID: jobID)
    }
}
