/// Finds out from a conflict what must not be so, as a clause (the first unique implication point; Marques-Silva, Sakallah, GRASP,
/// IEEE Transactions on Computers 48, 1999), over bounds as they are (lazy clause generation; Ohrimenko, Stuckey, Codish,
/// Propagation via lazy clause generation, Constraints 14, 2009).
struct ConflictAnalysis {
    /// A clause that follows from a conflict.
    struct LearntClause {
        /// The first can be made true at `level`; the second, if there is one, is false there last.
        let literals: [BoundLiteral]
        let level: Int
        /// Its literal block distance: how many different levels its literals are of (Audemard, Simon, Predicting learnt clauses
        /// quality in modern SAT solvers, IJCAI 2009).
        let lbd: Int
    }

    private let model: ProofModel
    /// By bound: the value that is needed of it, if any, and the entry that brought it.
    private var needs: [Int]
    private var entries: [Int32]
    /// Bounds that are or were needed, each once.
    private var bounds: [Int32] = []
    private var isListed: [Bool]
    private var open = 0
    private var level = 0
    private var buffer: [BoundLiteral] = []

    init(_ model: ProofModel) {
        self.model = model
        needs = [Int](repeating: 0, count: 2 * model.domains.count)
        entries = [Int32](repeating: -1, count: 2 * model.domains.count)
        isListed = [Bool](repeating: false, count: 2 * model.domains.count)
    }

    /// Nil: it is a conflict at level 0, so that there is nothing.
    mutating func learn(_ conflict: BoundTrail.Conflict, _ trail: BoundTrail, _ clauses: ClauseStore) -> LearntClause? {
        defer { clear() }
        buffer.removeAll(keepingCapacity: true)
        explain(conflict.reason, conflict.literal, clauses, trail)
        if let literal = conflict.literal { buffer.append(literal.negated) }
        // The deepest level that has a part in it: what is needed may have been so before the last decision.
        let last = buffer.reduce(0) { deepest, literal in
            let entry = trail.entry(of: literal)
            return entry < 0 ? deepest : max(deepest, Int(trail.entries[entry].level))
        }
        guard last > 0 else { return nil }
        level = last
        add(trail)
        var place = trail.entries.count
        while true {
            repeat { place -= 1 } while entries[Int(trail.entries[place].bound)] != Int32(place)
            if open == 1 { break }
            let entry = trail.entries[place]
            let literal = BoundLiteral(bound: entry.bound, value: needs[Int(entry.bound)])
            entries[Int(entry.bound)] = -1
            open -= 1
            buffer.removeAll(keepingCapacity: true)
            explain(entry.reason, literal, clauses, trail)
            add(trail)
        }
        return learntClause(place, trail, clauses)
    }

    private mutating func learntClause(_ first: Int, _ trail: BoundTrail, _ clauses: ClauseStore) -> LearntClause {
        let firstBound = trail.entries[first].bound
        var clause = [BoundLiteral(bound: firstBound, value: needs[Int(firstBound)]).negated]
        var back = 0
        var levels: Set<Int32> = [Int32(level)]
        for bound in bounds where entries[Int(bound)] >= 0 && bound != firstBound {
            let place = entries[Int(bound)]
            guard !isImplied(place, trail, clauses) else { continue }
            let entry = trail.entries[Int(place)]
            clause.append(BoundLiteral(bound: bound, value: needs[Int(bound)]).negated)
            levels.insert(entry.level)
            if Int(entry.level) > back {
                back = Int(entry.level)
                clause.swapAt(1, clause.count - 1)
            }
        }
        return LearntClause(literals: clause, level: back, lbd: levels.count)
    }

    /// Whether what is needed of an entry follows from what is needed of earlier ones.
    private mutating func isImplied(_ place: Int32, _ trail: BoundTrail, _ clauses: ClauseStore) -> Bool {
        let entry = trail.entries[Int(place)]
        if case .decision = entry.reason { return false }
        buffer.removeAll(keepingCapacity: true)
        explain(entry.reason, BoundLiteral(bound: entry.bound, value: needs[Int(entry.bound)]), clauses, trail)
        return buffer.allSatisfy { literal in
            let other = entries[Int(literal.bound)]
            // Of a later one it might itself be the cause.
            if other >= 0, other < place, needs[Int(literal.bound)] >= literal.value { return true }
            let entry = trail.entry(of: literal)
            return entry < 0 || trail.entries[entry].level == 0
        }
    }

    /// Needs what is in the buffer.
    private mutating func add(_ trail: BoundTrail) {
        for literal in buffer {
            let bound = Int(literal.bound)
            if entries[bound] >= 0, needs[bound] >= literal.value { continue }
            let entry = trail.entry(of: literal)
            // Always true.
            guard entry >= 0, trail.entries[entry].level > 0 else { continue }
            if entries[bound] >= 0 {
                if Int(trail.entries[Int(entries[bound])].level) == level { open -= 1 }
            } else if !isListed[bound] {
                isListed[bound] = true
                bounds.append(literal.bound)
            }
            needs[bound] = literal.value
            entries[bound] = Int32(entry)
            if Int(trail.entries[entry].level) == level { open += 1 }
        }
    }

    private mutating func clear() {
        for bound in bounds {
            entries[Int(bound)] = -1
            isListed[Int(bound)] = false
        }
        bounds.removeAll(keepingCapacity: true)
        open = 0
    }

    /// Adds to the buffer what a literal follows from; with no literal, what can not be together.
    private mutating func explain(
        _ reason: Reason,
        _ literal: BoundLiteral?,
        _ clauses: ClauseStore,
        _ trail: BoundTrail
    ) {
        switch reason {
        case .decision: break
        case .clause(let number):
            for other in clauses.of(number) where other.bound != literal?.bound { buffer.append(other.negated) }
        case .shift(let source, let offset, let modes):
            guard let literal else { break }
            buffer.append(BoundLiteral(bound: source, value: literal.value - offset))
            if let modes { explain(modes) }
        case .stored(let start, let count):
            for place in Int(start)..<Int(start) + Int(count) { buffer.append(trail.stored[place]) }
        }
    }

    private mutating func explain(_ modes: ExcludedModes) {
        for mode in model.modes(of: Int(modes.step)) {
            let isExcluded =
                modes.areShorter ? model.durations[mode] < modes.duration : model.durations[mode] > modes.duration
            if isExcluded { buffer.append(model.excluded(mode)) }
        }
    }
}
