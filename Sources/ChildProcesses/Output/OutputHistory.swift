/// The last lines of a child, and those who wait for one that is still to come.
///
/// Every change returns what is to be done outside the lock that guards it. Keeps at least `limit` lines and less than
/// twice as many.
struct OutputHistory {
    typealias Predicate = @Sendable (String) -> Bool
    typealias Waiter = CheckedContinuation<String?, any Error>

    private let limit: Int
    private var lines: [String] = []
    /// Lines that are no longer kept.
    private var dropped = 0
    private var waiting: [Int: (predicate: Predicate, waiter: Waiter)] = [:]
    private var nextID = 0
    private(set) var isEnded = false

    init(limit: Int = 200) {
        self.limit = limit
    }

    var mark: OutputMark { OutputMark(position: dropped + lines.count) }

    func last(_ count: Int) -> [String] { lines.suffix(count) }

    mutating func makeID() -> Int {
        nextID += 1
        return nextID
    }

    /// Adds a line.
    ///
    /// Those returned have waited for it.
    mutating func append(_ line: String) -> [Waiter] {
        lines.append(line)
        if lines.count == 2 * limit {
            lines.removeFirst(limit)
            dropped += limit
        }
        let served = waiting.filter { $0.value.predicate(line) }
        for id in served.keys { waiting[id] = nil }
        return served.values.map(\.waiter)
    }

    enum Search {
        case found(String)
        case waits
        /// There will be no more lines.
        case ended
    }

    /// Looks for a kept line from `mark` on; none there, the waiter waits.
    mutating func search(
        after mark: OutputMark,
        id: Int,
        waiter: Waiter,
        predicate: @escaping Predicate
    ) -> Search {
        if let line = lines.dropFirst(max(0, mark.position - dropped)).first(where: predicate) { return .found(line) }
        guard !isEnded else { return .ended }
        waiting[id] = (predicate, waiter)
        return .waits
    }

    mutating func remove(_ id: Int) -> Waiter? {
        waiting.removeValue(forKey: id)?.waiter
    }

    /// No more lines will come.
    ///
    /// Those returned have waited in vain.
    mutating func end() -> [Waiter] {
        isEnded = true
        defer { waiting = [:] }
        return waiting.values.map(\.waiter)
    }
}
