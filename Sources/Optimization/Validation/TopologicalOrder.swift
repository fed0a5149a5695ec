/// Orders steps behind what they wait for, and finds the cycles that prevent it.
struct TopologicalOrder {
    struct Cycle: Equatable {
        /// Each waits for the next, the last for the first.
        let steps: [Int]
        /// Place, among the dependencies of the first, of the one on the second.
        let dependency: Int
    }

    /// What each step waits for; nil where a dependency is not to be followed.
    private let waitsFor: [[Int?]]
    private let successors: Adjacency
    private var waiting: [Int]
    private var ready: MinimumHeap<Int>
    /// All steps that are in no cycle and behind none.
    ///
    /// Where the dependencies leave a choice, the lower number first.
    private(set) var order: [Int] = []

    init(_ waitsFor: [[Int?]]) {
        self.waitsFor = waitsFor
        let known = waitsFor.map { $0.compactMap(\.self) }
        successors = Adjacency(known).reversed
        waiting = known.map(\.count)
        ready = MinimumHeap()
        for step in waiting.indices where waiting[step] == 0 { ready.insert(step) }
        advance()
    }

    /// Cycles that share no step, at most `limit` of them.
    mutating func cycles(atMost limit: Int) -> [Cycle] {
        var found: [Cycle] = []
        var next = 0
        while found.count < limit {
            // A step that still waits has, among those it waits for, one that still waits: following them must come back.
            while next < waiting.count, waiting[next] <= 0 { next += 1 }
            guard next < waiting.count else { break }
            let cycle = cycle(from: next)
            found.append(cycle)
            // Take the cycle apart, so that the next one is another.
            for step in cycle.steps where waiting[step] > 0 { release(step) }
            advance()
        }
        return found
    }

    private func cycle(from start: Int) -> Cycle {
        var positions: [Int: Int] = [:]
        var walk: [Int] = []
        var step = start
        while positions[step] == nil {
            positions[step] = walk.count
            walk.append(step)
            step = waitsFor[step].lazy.compactMap(\.self).first { waiting[$0] > 0 } ?? step
        }
        var steps = Array(walk[(positions[step] ?? 0)...])
        // Begin with the step submitted first, so that the same cycle always reads the same.
        let first = steps.indices.min { steps[$0] < steps[$1] } ?? 0
        steps = Array(steps[first...] + steps[..<first])
        let target = steps[1 % steps.count]
        return Cycle(steps: steps, dependency: waitsFor[steps[0]].firstIndex { $0 == target } ?? 0)
    }

    private mutating func release(_ step: Int) {
        waiting[step] = 0
        ready.insert(step)
    }

    private mutating func advance() {
        while let step = ready.removeMinimum() {
            order.append(step)
            for successor in successors[step] {
                waiting[successor] -= 1
                if waiting[successor] == 0 { ready.insert(successor) }
            }
        }
    }
}
