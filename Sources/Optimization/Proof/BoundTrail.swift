/// That a bound has at least a value.
///
/// Variable x has two bounds, both of which only rise while the search goes deeper: 2x is the least it can be, 2x + 1 is the
/// negative of the most it can be. So ⟦x ≥ 5⟧ is bound 2x at 5, and ⟦x ≤ 5⟧ is bound 2x + 1 at −5.
struct BoundLiteral: Equatable {
    let bound: Int32
    let value: Int

    /// Bounds are whole numbers: ⟦x < 5⟧ is ⟦x ≤ 4⟧.
    var negated: BoundLiteral { BoundLiteral(bound: bound ^ 1, value: 1 - value) }
}

extension BoundLiteral {
    static func atLeast(_ variable: Int, _ value: Int) -> BoundLiteral {
        BoundLiteral(bound: Int32(2 * variable), value: value)
    }

    static func atMost(_ variable: Int, _ value: Int) -> BoundLiteral {
        BoundLiteral(bound: Int32(2 * variable + 1), value: -value)
    }
}

/// Why a bound rose: what was true before from which it follows.
enum Reason {
    /// Nothing: it was tried.
    case decision
    /// All but one literal of a clause are false.
    case clause(Int32)
    /// A bound rose, and this one is at most so far below it: ⟦this ≥ v⟧ follows from ⟦source ≥ v − offset⟧ and, for a step, from
    /// its options that are shorter (or longer) than `duration` being excluded.
    case shift(source: Int32, offset: Int, modes: ExcludedModes?)
    /// The literals in this range of those that are kept.
    case stored(Int32, count: Int32)
}

/// All options of a step that are shorter, or all that are longer, than a duration.
struct ExcludedModes {
    let step: Int32
    let duration: Int
    let areShorter: Bool
}

/// What is known of all variables, and in which order and why it became known.
struct BoundTrail {
    struct Entry {
        let bound: Int32
        let level: Int32
        let value: Int
        let previousValue: Int
        /// The entry before of the same bound; −1: there is none since reasons were forgotten.
        let previous: Int32
        let reason: Reason
    }

    /// What can not be: a bound would pass the one against it, or, with no literal, what the reason says.
    struct Conflict {
        let literal: BoundLiteral?
        let reason: Reason
    }

    private(set) var values: [Int]
    private(set) var newest: [Int32]
    private(set) var entries: [Entry] = []
    private(set) var conflict: Conflict?
    private(set) var stored: [BoundLiteral] = []
    private var levels: [(entries: Int, stored: Int)] = []

    /// - Parameter domains: the least and the most of each variable.
    init(_ domains: [(least: Int, most: Int)]) {
        values = domains.flatMap { [$0.least, -$0.most] }
        newest = [Int32](repeating: -1, count: values.count)
    }

    /// Decisions that stand.
    var level: Int { levels.count }

    func least(_ variable: Int) -> Int { values[2 * variable] }

    func most(_ variable: Int) -> Int { -values[2 * variable + 1] }

    func isFixed(_ variable: Int) -> Bool { values[2 * variable] == -values[2 * variable + 1] }

    func isTrue(_ literal: BoundLiteral) -> Bool { values[Int(literal.bound)] >= literal.value }

    func isFalse(_ literal: BoundLiteral) -> Bool { values[Int(literal.bound ^ 1)] >= 1 - literal.value }

    /// The first entry by which the literal was true; −1: it was when reasons were forgotten.
    func entry(of literal: BoundLiteral) -> Int {
        var entry = Int(newest[Int(literal.bound)])
        while entry >= 0, entries[entry].previousValue >= literal.value { entry = Int(entries[entry].previous) }
        return entry
    }

    /// Of a bound, at level 0.
    func valueForGood(_ bound: Int32) -> Int {
        var value = values[Int(bound)]
        var entry = Int(newest[Int(bound)])
        while entry >= 0, entries[entry].level > 0 {
            value = entries[entry].previousValue
            entry = Int(entries[entry].previous)
        }
        return value
    }

    // MARK: - Changes

    /// Raises a bound; false: that can not be, and `conflict` says why.
    mutating func raise(_ literal: BoundLiteral, _ reason: Reason) -> Bool {
        let bound = Int(literal.bound)
        guard literal.value > values[bound] else { return true }
        guard literal.value <= -values[bound ^ 1] else {
            conflict = Conflict(literal: literal, reason: reason)
            return false
        }
        let entry = Entry(
            bound: literal.bound,
            level: Int32(levels.count),
            value: literal.value,
            previousValue: values[bound],
            previous: newest[bound],
            reason: reason
        )
        newest[bound] = Int32(entries.count)
        entries.append(entry)
        values[bound] = literal.value
        return true
    }

    mutating func decide(_ literal: BoundLiteral) {
        levels.append((entries.count, stored.count))
        _ = raise(literal, .decision)
    }

    /// Says that `reason` can not be; false.
    mutating func fail(_ reason: Reason) -> Bool {
        conflict = Conflict(literal: nil, reason: reason)
        return false
    }

    mutating func takeConflict() -> Conflict? {
        defer { conflict = nil }
        return conflict
    }

    /// Keeps literals that explain something, as long as the present level stands.
    mutating func store(_ literals: [BoundLiteral]) -> Reason {
        let start = stored.count
        stored.append(contentsOf: literals)
        return .stored(Int32(start), count: Int32(literals.count))
    }

    mutating func backtrack(to level: Int) {
        guard level < levels.count else { return }
        let mark = levels[level]
        while entries.count > mark.entries {
            let entry = entries.removeLast()
            values[Int(entry.bound)] = entry.previousValue
            newest[Int(entry.bound)] = entry.previous
        }
        stored.removeLast(stored.count - mark.stored)
        levels.removeLast(levels.count - level)
    }

    /// At level 0: what is known now needs no reason any more.
    mutating func forgetReasons() {
        precondition(level == 0)
        for entry in entries { newest[Int(entry.bound)] = -1 }
        entries.removeAll(keepingCapacity: true)
        stored.removeAll(keepingCapacity: true)
    }
}
