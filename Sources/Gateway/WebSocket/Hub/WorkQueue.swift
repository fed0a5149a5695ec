import AsyncPrimitives
import Synchronization

/// Work that event loops ask for, done in one task group.
///
/// Bounded, and nothing that was taken in is lost: when the queue ends, what still waits is begun, in a task that is
/// cancelled already.
final class WorkQueue: Sendable {
    typealias Work = @Sendable () async -> Void

    private struct State {
        var waiting: [Work] = []
        var running = 0
        var isFinished = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let submitted = AsyncSignal()

    /// - Parameter limit: of what waits and runs, together.
    init(limit: Int) { self.limit = limit }

    /// False where the queue is full or has ended; then the work is not done.
    func submit(_ work: @escaping Work) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isFinished, state.waiting.count + state.running < limit else { return false }
            state.waiting.append(work)
            return true
        }
        if isTaken { submitted.signal() }
        return isTaken
    }

    /// Does the work until it is cancelled; returns when all of it is done.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in submitted { begin(in: &group) }
            state.withLock { $0.isFinished = true }
            group.cancelAll()
            begin(in: &group)
        }
    }

    private func begin(in group: inout DiscardingTaskGroup) {
        let works = state.withLock { state in
            defer { state.waiting = [] }
            state.running += state.waiting.count
            return state.waiting
        }
        for work in works {
            group.addTask {
                await work()
                self.state.withLock { $0.running -= 1 }
            }
        }
    }
}
