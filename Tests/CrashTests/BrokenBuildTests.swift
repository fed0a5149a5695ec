import CrashKit
import NovaTestKit
import Testing

/// A checker that never complains proves nothing: here Nova breaks its promises, and it has to say so.
@Suite(.serialized, .timeLimit(.minutes(4))) struct BrokenBuildTests {
    @Test(arguments: [
        ("drop-commands", Violation.Kind.lost), ("forget-applied", .duplicated), ("lose-events", .lost),
    ])
    func aBrokenPromiseIsNoticed(breakage: String, kind: Violation.Kind) async throws {
        let run = crashRun { run in
            run.plan.workerEnvironment = ["NOVA_BREAK": breakage]
            // What is dropped never ends.
            run.patience = .seconds(8)
        }
        let verdict = try await run.run { stage in try await stage.acknowledgements(100) }.verdict
        let found = verdict.count(kind)
        #expect(found > 0, Comment(rawValue: verdict.words()))
    }

    /// Commands of one flow meet only where several lie in the topic at once.
    @Test func aBrokenOrderIsNoticed() async throws {
        let run = crashRun { run in
            run.plan.workerEnvironment = ["NOVA_BREAK": "ignore-order"]
            run.load.flowsPerWriter = 1
            run.load.pause = .zero
            run.load.waiting = 0
        }
        let verdict = try await run.run { stage in
            for _ in 0..<3 {
                for worker in stage.cluster.workers { worker.freeze() }
                try await stage.acknowledgements(90)
                for worker in stage.cluster.workers { worker.thaw() }
                try await stage.acknowledgements(30)
            }
        }.verdict
        let found = verdict.count(.outOfOrder)
        #expect(found > 0, Comment(rawValue: verdict.words()))
    }
}
