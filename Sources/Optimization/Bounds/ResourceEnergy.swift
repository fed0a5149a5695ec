/// The bound that the work on one resource sets.
///
/// Steps that cannot start before `h` and must finish `t` before the end do all of their work in between, so no schedule
/// is shorter than h + work ÷ capacity + t. The bound is the greatest such sum over all pairs (h, t).
struct ResourceEnergy {
    enum Measure: String, CaseIterable {
        /// Work is demand × duration.
        case energy = "resource energy"
        /// Of steps that need more than half of the resource only one runs at a time, of steps that need exactly half
        /// two: work is duration, or half of it (a dual feasible function; Fekete, Schepers 2001).
        case oneAtATime = "one at a time"
    }

    private struct Load {
        let step: Int
        let work: Int128
    }

    /// Steps with work.
    ///
    /// Products of amounts and durations pass 64 bits.
    private var loads: [Load] = []
    private let capacity: Int128

    init(_ project: Project, _ resource: Int, _ measure: Measure) {
        let total = project.capacities[resource]
        capacity = measure == .energy ? Int128(total) : 2
        for step in 0..<project.count {
            let demand = project.demand(of: step, for: resource)
            let weight =
                switch measure {
                case .energy: demand
                case .oneAtATime: demand > total - demand ? 2 : (demand == total - demand ? 1 : 0)
                }
            guard weight > 0 else { continue }
            loads.append(Load(step: step, work: Int128(weight) * Int128(project.durations[step])))
        }
    }

    /// In the project's time units, rounded up to a whole one; 0 without work.
    ///
    /// Takes n log n for n steps.
    func bound(_ windows: TimeWindows) -> Int {
        var work = TailWork(loads.count)
        let byTail = loads.indices.sorted { windows.tails[loads[$0].step] < windows.tails[loads[$1].step] }
        var places = [Int](repeating: 0, count: loads.count)
        for (place, load) in byTail.enumerated() { places[load] = place }

        // Steps enter by falling head: those inside are the ones that cannot start before the present head.
        var best = 0
        let byHead = loads.indices.sorted { windows.heads[loads[$0].step] > windows.heads[loads[$1].step] }
        for load in byHead {
            let step = loads[load].step
            work.insert(loads[load].work, at: places[load], tail: Int128(windows.tails[step]) * capacity)
            best = max(best, windows.heads[step] + Int((work.greatest + capacity - 1) / capacity))
        }
        return best
    }
}
