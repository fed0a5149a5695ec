import Synchronization

/// What the agents saw, in one order; and what must hold of it.
final class TaskLedger: Sendable {
    private struct State {
        var clock = 0
        var claimedAt: [[Int]]
        /// When its agent began to say that it is done; nil: nobody did.
        var doneAt: [Int?]
        var claimedTimes: [ContinuousClock.Instant?]
        var doneTimes: [ContinuousClock.Instant?]
        var held: [Int: Int] = [:]
        var done: [Int: Int] = [:]
        var failures = 0
        var faults: [String] = []
        var left: Int
    }

    private let graph: TaskGraph
    private let state: Mutex<State>

    init(_ graph: TaskGraph) {
        self.graph = graph
        let empty = State(
            claimedAt: Array(repeating: [], count: graph.count),
            doneAt: Array(repeating: nil, count: graph.count),
            claimedTimes: Array(repeating: nil, count: graph.count),
            doneTimes: Array(repeating: nil, count: graph.count),
            left: graph.count
        )
        state = Mutex(empty)
    }

    var isDone: Bool { state.withLock { $0.left == 0 } }
    var failures: Int { state.withLock { $0.failures } }

    /// An agent was given a task.
    func claimed(_ task: Int, by agent: Int, capacity: Int) {
        state.withLock { state in
            state.clock += 1
            state.claimedAt[task].append(state.clock)
            if state.claimedTimes[task] == nil { state.claimedTimes[task] = .now }
            state.held[agent, default: 0] += 1
            if state.held[agent, default: 0] > capacity {
                state.faults.append("agent \(agent) holds \(state.held[agent, default: 0]) of \(capacity)")
            }
            for before in graph.dependencies[task] where state.doneAt[before] == nil {
                state.faults.append("task \(task) was given before task \(before) was done")
            }
        }
    }

    /// An agent is about to say that it failed at a task.
    func failing(by agent: Int) {
        state.withLock { state in
            state.clock += 1
            state.held[agent, default: 0] -= 1
            state.failures += 1
        }
    }

    /// An agent is about to say that a task is done.
    func completing(_ task: Int, by agent: Int) {
        state.withLock { state in
            state.clock += 1
            state.held[agent, default: 0] -= 1
            state.done[agent, default: 0] += 1
            if state.doneAt[task] != nil { state.faults.append("task \(task) was done twice") }
            state.doneAt[task] = state.clock
            state.doneTimes[task] = .now
        }
    }

    /// It was heard.
    func completed() { state.withLock { $0.left -= 1 } }

    // MARK: - In the end

    /// What did not hold.
    func faults(agents: Int) -> [String] {
        state.withLock { state in
            let undone = state.doneAt.count { $0 == nil }
            let idle = agents - state.done.count
            return state.faults.prefix(5) + (undone > 0 ? ["\(undone) tasks were not done"] : [])
                + (idle > 0 ? ["\(idle) agents were given nothing"] : [])
        }
    }

    /// From the moment that a task could be done to that it was first given, of one priority.
    func waits(priority: Int, since start: ContinuousClock.Instant) -> [Duration] {
        state.withLock { state in
            (0..<graph.count).filter { graph.priorities[$0] == priority }.compactMap { task in
                let ready = graph.dependencies[task].compactMap { state.doneTimes[$0] }.max() ?? start
                return state.claimedTimes[task].map { ready.duration(to: $0) }
            }
        }
    }
}
