import NovaContract
import NovaStore

/// How jobs ended and how long they took, summed up.
struct JobFigures: Sendable, Equatable {
    var completed = 0
    var failed = 0
    var cancelled = 0
    /// From the begin of the last attempt to the end.
    var handling: Duration = .zero
    /// From admission to that begin.
    var queued: Duration = .zero

    var finished: Int { completed + failed + cancelled }

    init() {}

    /// As the workers counted them.
    init(_ counters: EntityCounters) {
        completed = counters.completed
        failed = counters.failed
        cancelled = counters.cancelled
        handling = counters.handling
        queued = counters.queued
    }

    /// From the records of ended jobs.
    init(_ records: [JobRecord]) {
        for record in records { add(record) }
    }

    private mutating func add(_ record: JobRecord) {
        switch record.state {
        case .completed: completed += 1
        case .failed: failed += 1
        case .cancelled: cancelled += 1
        case .queued, .running: return
        }
        guard let finished = record.finishedAt else { return }
        // A job that was cancelled in the queue never started.
        let started = record.startedAt ?? finished
        handling += .milliseconds(max(0, finished - started))
        queued += .milliseconds(max(0, started - record.createdAt))
    }
}
