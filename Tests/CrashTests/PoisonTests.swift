import CrashKit
import Testing

/// A command that ends each worker that handles it, among others.
@Suite(.serialized, .timeLimit(.minutes(4))) struct PoisonTests {
    /// Two of them, two workers, two hundred others: what runs beside them at their death loses nothing.
    @Test func poisonBecomesADeadLetterAndItsNeighboursLoseNoAttempt() async throws {
        let outcome = try await scenario { run in
            run.plan.workerEnvironment = [
                "NOVA_WORKER_ATTEMPTS": "2",
                // A dead worker is noticed soon.
                "NOVA_KAFKA_PROPERTIES": "fetch.wait.max.ms=10;session.timeout.ms=4000;heartbeat.interval.ms=300",
            ]
            run.load.writers = 8
            run.load.maximumCommands = 25
            run.load.hard = 5
            run.load.hardSeconds = 1
        } _: { stage in
            try await stage.acknowledgements(20)
            try await withThrowingDiscardingTaskGroup { group in
                for number in 1...2 {
                    group.addTask { try await stage.injector.inject(.poison(number), for: .zero) }
                }
                group.addTask { try await stage.sent(200) }
            }
        }
        let (history, jobs) = (outcome.history, outcome.history.jobs)
        let poisonous = Set(history.sent.filter { $0.kind == .poison }.map(\.id))
        let isPoison = { (job: String) in
            history.answers.contains { $0.jobID == job && poisonous.contains($0.command) }
        }
        let letters = jobs.filter { isPoison($0.key) }.values
        #expect(letters.map(\.state) == ["failed", "failed"])
        #expect(letters.allSatisfy { $0.error?.contains("it ended its worker 2 times") == true })
        let failures = history.events.filter { $0.subscriber == 0 && $0.name == "job.failed" && isPoison($0.jobID) }
        #expect(failures.count == 2, "each is told of once")
        let others = jobs.filter { !isPoison($0.key) }
        #expect(others.count >= 200)
        #expect(Set(others.values.map(\.attempts)) == [1], "no neighbour lost an attempt")
    }
}

extension CrashRun.Stage {
    /// Returns when so many commands were acknowledged, since the begin.
    fileprivate func sent(_ count: Int) async throws {
        while Set(history.record.answers.filter(\.isAcknowledgement).map(\.command)).count < count {
            // The history tells nobody of what it takes.
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
