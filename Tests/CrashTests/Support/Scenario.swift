import ChildProcesses
import CrashKit
import Foundation
import Testing

/// Runs a load under faults, and expects that every promise was kept.
///
/// - Parameter change: Of the run's plan, load and seed, which are small ones here.
@discardableResult
func scenario(
    _ change: (inout CrashRun) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation,
    _ faults: @escaping @Sendable (CrashRun.Stage) async throws -> Void
) async throws -> CrashRun.Outcome {
    let outcome = try await crashRun(change).run(faults)
    let verdict = outcome.verdict
    let isGood = verdict.isGood
    #expect(isGood, Comment(rawValue: verdict.words()), sourceLocation: sourceLocation)
    #expect(verdict.acknowledged > 10, "too little was sent", sourceLocation: sourceLocation)
    return outcome
}

/// A run of the size of a test.
func crashRun(_ change: (inout CrashRun) -> Void = { _ in }) -> CrashRun {
    var run = CrashRun()
    run.load.writers = 3
    run.load.pause = .milliseconds(40)
    change(&run)
    return run
}

/// What a scenario waits for does not come: no command is answered any more, or each in one way.
struct LoadStands: Error, CustomStringConvertible {
    let record: HistoryRecord

    var description: String {
        let last = record.answers.suffix(5).map { "\($0.status.map(String.init) ?? $0.failure ?? "") \($0.code ?? "")" }
        return "the load stands after \(record.answers.count) answers, the last ones: \(last)"
    }
}

extension CrashRun.Stage {
    /// Returns when so many more commands were acknowledged: the load goes on under the fault, or after it.
    func acknowledgements(_ count: Int) async throws {
        try await answers(count, where: \.isAcknowledgement)
    }

    /// Returns when so many more requests came to nothing: the fault is felt.
    func failures(_ count: Int) async throws {
        try await answers(count) { !$0.isAcknowledgement }
    }

    private func answers(_ count: Int, where isWanted: (CommandAnswer) -> Bool) async throws {
        let before = history.record.answers.count(where: isWanted)
        let deadline = ContinuousClock.now + .seconds(60)
        // The history tells nobody of what it takes; this is no more than a wait for the load.
        while history.record.answers.count(where: isWanted) < before + count {
            guard .now < deadline else { throw LoadStands(record: history.record) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Returns when a process has come to its fault point.
    func reached(_ seat: Seat) async throws -> ChildProcess {
        let process = try #require(seat.process)
        _ = try await process.line(within: .seconds(30)) { $0.contains("fault point reached") }
        return process
    }

    /// Returns when a process has come to its fault point and stands still.
    ///
    /// It tells of the point before it stops itself: one that is thawed in between would stop for ever.
    func stopped(_ seat: Seat) async throws -> ChildProcess {
        let process = try await reached(seat)
        let path = "/proc/\(process.pid)/stat"
        while true {
            let status = try String(contentsOfFile: path, encoding: .utf8)
            // The state comes behind the name, which may have brackets in it.
            let state = try #require(status.split(separator: ")").last?.first { $0 != " " })
            if state == "T" { return process }
            // One that died stays there until it is asked for.
            try #require(state != "Z", "the process died instead of standing still")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Returns when a process has died of its fault point.
    func died(_ seat: Seat) async throws {
        _ = try await reached(seat).exit()
    }
}
