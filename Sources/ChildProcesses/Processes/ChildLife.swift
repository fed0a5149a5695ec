/// Whether a child may be signalled, whether it has ended, and who waits for that.
struct ChildLife {
    typealias Waiter = CheckedContinuation<ChildExit, any Error>

    private enum Phase {
        /// The pid is the child's, alive or not yet reaped.
        case signalable
        /// About to be reaped; the pid may soon be another's.
        case ending
        case ended(ChildExit)
    }

    private var phase = Phase.signalable
    private var waiting: [Int: Waiter] = [:]
    private var nextID = 0

    var isSignalable: Bool { if case .signalable = phase { true } else { false } }

    var exit: ChildExit? { if case .ended(let exit) = phase { exit } else { nil } }

    mutating func makeID() -> Int {
        nextID += 1
        return nextID
    }

    mutating func beginEnding() {
        if isSignalable { phase = .ending }
    }

    /// Those returned have waited for it.
    mutating func end(_ exit: ChildExit) -> [Waiter] {
        phase = .ended(exit)
        defer { waiting = [:] }
        return Array(waiting.values)
    }

    /// The exit if there is one already; else the waiter waits.
    mutating func wait(_ waiter: Waiter, id: Int) -> ChildExit? {
        if let exit { return exit }
        waiting[id] = waiter
        return nil
    }

    mutating func remove(_ id: Int) -> Waiter? {
        waiting.removeValue(forKey: id)
    }
}
