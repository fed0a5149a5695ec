import DequeModule

/// Which records of one partition are unfinished, and up to where that may be committed.
///
/// Holds only those that are unfinished, so that one that waits long costs nothing for the many finished behind it.
struct OffsetTracker {
    /// Taken and not finished, ascending.
    private var open: Deque<Int64> = []
    /// Behind the last one taken.
    private var next: Int64?
    private(set) var committed: Int64?

    /// Taken and not finished.
    var unfinished: Int { open.count }

    /// Offsets are taken in ascending order.
    mutating func take(_ offset: Int64) {
        // Whatever lies before the first record was committed by whoever had the partition before.
        if next == nil { committed = offset }
        open.append(offset)
        next = offset + 1
    }

    mutating func finish(_ offset: Int64) {
        // Mostly one of the first.
        guard let index = open.firstIndex(of: offset) else { return }
        open.remove(at: index)
    }

    /// The offset to commit, the lowest unfinished one, where it is beyond what was committed.
    var committable: Int64? {
        let lowest = open.first ?? next
        return lowest == committed ? nil : lowest
    }

    mutating func markCommitted(_ offset: Int64) { committed = offset }
}
