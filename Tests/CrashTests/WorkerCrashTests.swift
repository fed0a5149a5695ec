import ChildProcesses
import CrashKit
import Foundation
import NovaTestKit
import Testing

/// Workers that die, freeze or stop in the middle of a command.
@Suite(.serialized, .timeLimit(.minutes(4))) struct WorkerCrashTests {
    @Test(arguments: ["worker.started", "worker.mid-handle", "worker.handled", "worker.completed"])
    func aWorkerKilledOnTheWayLosesAndDoublesNothing(point: String) async throws {
        try await scenario { run in
            run.plan.firstWorker = ["NOVA_FAULT": "\(point)=kill@3"]
        } _: { stage in
            try await stage.died(stage.cluster.workers[0])
            try await stage.cluster.workers[0].restart()
            try await stage.acknowledgements(20)
        }
    }

    @Test func aWorkerKilledBetweenDeadLetterAndEndLeavesOneFailedJob() async throws {
        try await scenario { run in
            run.plan.firstWorker = ["NOVA_FAULT": "worker.dead-lettered=kill@2"]
            run.load.invalid = 40
        } _: { stage in
            try await stage.died(stage.cluster.workers[0])
            try await stage.cluster.workers[0].restart()
            try await stage.acknowledgements(20)
        }
    }

    /// It wakes after another has done its command, and later ones on the same flow.
    @Test(arguments: ["worker.mid-handle", "worker.handled"])
    func aWorkerFrozenPastItsSessionChangesNothingWhenItWakes(point: String) async throws {
        try await scenario { run in
            run.plan.firstWorker = ["NOVA_FAULT": "\(point)=stop@3"]
            run.load.flowsPerWriter = 1
        } _: { stage in
            let other = try #require(stage.cluster.workers[1].process)
            _ = try await stage.stopped(stage.cluster.workers[0])
            let mark = other.mark
            _ = try await other.line(after: mark, within: .seconds(60)) { $0.contains("partitions assigned") }
            try await stage.acknowledgements(40)
            stage.cluster.workers[0].thaw()
            try await stage.acknowledgements(20)
        }
    }

    @Test func aStoppedWorkerHandsBackWhatItCannotFinishUncounted() async throws {
        let outcome = try await scenario { run in
            run.plan.workers = 1
            run.plan.workerEnvironment = ["NOVA_WORKER_SHUTDOWN_GRACE": "200ms"]
            run.load.hard = 30
        } _: { stage in
            let worker = stage.cluster.workers[0]
            try await stage.hardJobRuns()
            let process = try #require(worker.process)
            let exit = try await worker.stop()
            #expect(exit == .exited(0))
            let handedBack = process.lastLines(200).contains { $0.contains("handed back") }
            #expect(handedBack)
            try await worker.restart()
        }
        let counts = Set(outcome.history.jobs.values.map(\.attempts))
        #expect(counts == [1], "no fault was counted as an attempt")
    }

    /// Redis is away when the handler writes: its attempt has failed, and the count outlives the worker.
    @Test func aRetryGoesOnAfterItsWorkerDied() async throws {
        let outcome = try await scenario { run in
            run.plan.workers = 1
            run.plan.firstWorker = ["NOVA_FAULT": "worker.mid-handle=stop@3"]
        } _: { stage in
            let worker = try await stage.stopped(stage.cluster.workers[0])
            await stage.cluster.redis.kill()
            let mark = worker.mark
            stage.cluster.workers[0].thaw()
            _ = try await worker.line(after: mark, within: .seconds(60)) {
                $0.contains(#""job_id""#) && $0.contains(#""operation":"retry""#)
            }
            try await stage.cluster.redis.start()
            // Of its death alone nothing is counted: it was not alone.
            _ = try await worker.line(after: mark, within: .seconds(60)) { $0.contains("will try again") }
            await stage.cluster.workers[0].kill()
            try await stage.cluster.workers[0].restart()
            try await stage.acknowledgements(10)
        }
        let most = outcome.history.jobs.values.map(\.attempts).max() ?? 0
        #expect(most >= 2)
    }
}

extension CrashRun.Stage {
    /// Returns when a search has begun that will take seconds.
    fileprivate func hardJobRuns() async throws {
        while true {
            let record = history.record
            let hard = Set(record.sent.filter { $0.kind == .hard }.map(\.id))
            let jobs = Set(record.answers.filter { hard.contains($0.command) }.compactMap(\.jobID))
            let ended = Set(record.events.filter(\.isTerminal).map(\.jobID))
            let open = jobs.subtracting(ended)
            if record.events.contains(where: { $0.name == "job.running" && open.contains($0.jobID) }) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
