/// Clauses, of each of which at least one literal must be true.
///
/// Each is looked at only when one of two of its literals becomes false (Moskewicz and others, Chaff: engineering an efficient SAT
/// solver, DAC 2001). No two literals of a clause are of the same bound.
struct ClauseStore {
    private struct Clause {
        let start: Int
        let count: Int
        /// Literal block distance when it was learned: few levels are good.
        let lbd: Int
    }

    /// Of one bound: the clauses that have a literal which is false from a value of it on.
    private struct Watches {
        /// Those values, alone: most are only looked at.
        var thresholds: [Int] = []
        var clauses: [Watched] = []

        mutating func append(_ threshold: Int, _ clause: Watched) {
            thresholds.append(threshold)
            clauses.append(clause)
        }
    }

    private struct Watched {
        let clause: Int32
        /// Where this literal of the clause is true there is nothing to look at.
        var other: BoundLiteral
    }

    private var clauses: [Clause] = []
    private var literals: [BoundLiteral] = []
    private var watches: [Watches]

    init(bounds: Int) {
        watches = [Watches](repeating: Watches(), count: bounds)
    }

    /// The literals of a clause.
    func of(_ clause: Int32) -> ArraySlice<BoundLiteral> {
        let clause = clauses[Int(clause)]
        return literals[clause.start..<clause.start + clause.count]
    }

    var count: Int { clauses.count }
    var literalCount: Int { literals.count }

    func forEach(_ body: (ArraySlice<BoundLiteral>) -> Void) {
        for clause in clauses { body(literals[clause.start..<clause.start + clause.count]) }
    }

    /// Adds a clause of two or more literals; the first two are watched: where some are false, those that became so last, or are
    /// not, must come first.
    mutating func add(_ clause: [BoundLiteral], lbd: Int) -> Int32 {
        let number = Int32(clauses.count)
        clauses.append(Clause(start: literals.count, count: clause.count, lbd: lbd))
        literals.append(contentsOf: clause)
        watch(clause[0], number, other: clause[1])
        watch(clause[1], number, other: clause[0])
        return number
    }

    private mutating func watch(_ literal: BoundLiteral, _ clause: Int32, other: BoundLiteral) {
        let negated = literal.negated
        watches[Int(negated.bound)].append(negated.value, Watched(clause: clause, other: other))
    }

    /// Looks at the clauses a risen bound has made a literal of false; false: all literals of one are.
    mutating func propagate(_ entry: BoundTrail.Entry, _ trail: inout BoundTrail) -> Bool {
        let bound = Int(entry.bound)
        guard !watches[bound].thresholds.isEmpty else { return true }
        // No clause has another literal of this bound that it could be watched by.
        var list = Watches()
        swap(&list, &watches[bound])
        defer { swap(&list, &watches[bound]) }
        var place = 0
        while let next = Self.next(list.thresholds, from: place, entry) {
            place = next
            switch look(at: list.clauses[place], entry, &trail) {
            case .stays(let other):
                list.clauses[place].other = other
                place += 1
            case .moved:
                // The last takes its place, and is looked at next.
                list.thresholds.swapAt(place, list.thresholds.count - 1)
                list.clauses.swapAt(place, list.clauses.count - 1)
                list.thresholds.removeLast()
                list.clauses.removeLast()
            case .fails: return false
            }
        }
        return true
    }

    /// The next place of a literal that this rise has made false.
    private static func next(_ thresholds: [Int], from start: Int, _ entry: BoundTrail.Entry) -> Int? {
        thresholds.withUnsafeBufferPointer { thresholds in
            var place = start
            while place < thresholds.count {
                let threshold = thresholds[place]
                if threshold > entry.previousValue, threshold <= entry.value { return place }
                place += 1
            }
            return nil
        }
    }

    private enum Look {
        /// Still watched; `other` is worth looking at first.
        case stays(other: BoundLiteral)
        /// Watched by another literal.
        case moved
        case fails
    }

    private mutating func look(at watched: Watched, _ entry: BoundTrail.Entry, _ trail: inout BoundTrail) -> Look {
        if trail.isTrue(watched.other) { return .stays(other: watched.other) }
        let (start, count) = (clauses[Int(watched.clause)].start, clauses[Int(watched.clause)].count)
        // The false one second.
        if literals[start].bound == entry.bound ^ 1 { literals.swapAt(start, start + 1) }
        let first = literals[start]
        if trail.isTrue(first) { return .stays(other: first) }
        for place in start + 2..<max(start + 2, start + count) where !trail.isFalse(literals[place]) {
            literals.swapAt(start + 1, place)
            watch(literals[start + 1], watched.clause, other: first)
            return .moved
        }
        if trail.isFalse(first) {
            _ = trail.fail(.clause(watched.clause))
            return .fails
        }
        return trail.raise(first, .clause(watched.clause)) ? .stays(other: first) : .fails
    }

    /// At level 0, with no clause as a reason: drops clauses that are true for good, and the worse half of the others.
    ///
    /// - Parameter isCrowded: whether those of two levels, which are kept else, may go too.
    mutating func reduce(_ trail: BoundTrail, isCrowded: Bool) {
        let candidates = clauses.indices.filter { isCrowded || clauses[$0].lbd > 2 }
        // Among equals the older go.
        let worse = Set(
            candidates.sorted { (-clauses[$0].lbd, $0) < (-clauses[$1].lbd, $1) }.prefix(candidates.count / 2)
        )
        let (before, all) = (clauses, literals)
        clauses.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
        for bound in watches.indices {
            watches[bound].thresholds.removeAll(keepingCapacity: true)
            watches[bound].clauses.removeAll(keepingCapacity: true)
        }
        for (number, clause) in before.enumerated() where !worse.contains(number) {
            let kept = all[clause.start..<clause.start + clause.count]
            guard !kept.contains(where: trail.isTrue) else { continue }
            _ = add(kept.filter { !trail.isFalse($0) }, lbd: clause.lbd)
        }
    }
}
