/// Orders steps by a key, each behind those it comes after in one direction of time.
final class LinkOrder {
    enum Direction {
        case forward
        case backward
    }

    private struct Candidate: Comparable {
        let key: Double
        let step: Int

        static func < (left: Self, right: Self) -> Bool {
            left.key != right.key ? left.key < right.key : left.step < right.step
        }
    }

    private let tables: NetworkTables
    private var waiting: [Int]
    private var ready = MinimumHeap<Candidate>()

    init(_ tables: NetworkTables) {
        self.tables = tables
        waiting = [Int](repeating: 0, count: tables.count)
    }

    /// Lower keys first.
    func order(into list: UnsafeMutableBufferPointer<Int>, _ direction: Direction, by key: (Int) -> Double) {
        let before = direction == .forward ? tables.before : tables.after
        let after = direction == .forward ? tables.after : tables.before
        ready.removeAll()
        for step in 0..<tables.count {
            waiting[step] = before.offsets[step + 1] - before.offsets[step]
            if waiting[step] == 0 { ready.insert(Candidate(key: key(step), step: step)) }
        }
        var place = 0
        while let next = ready.removeMinimum() {
            list[place] = next.step
            place += 1
            for link in after.offsets[next.step]..<after.offsets[next.step + 1] {
                let other = after.others[link]
                waiting[other] -= 1
                if waiting[other] == 0 { ready.insert(Candidate(key: key(other), step: other)) }
            }
        }
    }
}
