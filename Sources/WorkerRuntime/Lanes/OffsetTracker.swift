/// Which records of one partition are finished, and up to where that may be committed.
struct OffsetTracker {
    /// Offsets taken and not finished, with those finished behind an unfinished one; in the order they came.
    private var pending: [Int64] = []
    private var head = 0
    private var finished: Set<Int64> = []
    private(set) var committed: Int64?
    private var next: Int64?

    /// Taken and not finished.
    var unfinished: Int { pending.count - head - finished.count }

    mutating func take(_ offset: Int64) { pending.append(offset) }

    mutating func finish(_ offset: Int64) {
        finished.insert(offset)
        while head < pending.count, finished.remove(pending[head]) != nil {
            next = pending[head] + 1
            head += 1
        }
        if head > 1_024, head * 2 > pending.count {
            pending.removeFirst(head)
            head = 0
        }
    }

    /// The offset to commit, the lowest unfinished one, where it is beyond what was committed.
    var committable: Int64? { next == committed ? nil : next }

    mutating func markCommitted(_ offset: Int64) { committed = offset }
}
