/// The bound that the work on one resource sets.
///
/// Steps that cannot start before `h` and must finish `t` before the end do all of their work in between, so no schedule
/// is shorter than h + work ÷ capacity + t. The bound is the greatest such sum over all pairs (h, t).
struct ResourceEnergy {
    enum Measure: String, CaseIterable {
        /// Work is demand × duration.
        case energy = "resource energy"
        /// Of steps that need more than half of the resource only one runs at a time, of steps that need exactly half
        /// two: work is duration, or half of it (a dual feasible function; Fekete, Schepers, New classes of fast lower
        /// bounds for bin packing problems, Mathematical Programming 91, 2001).
        case oneAtATime = "one at a time"

        /// What a step that demands so much is counted with, of a capacity of `whole`.
        func weight(_ demand: Int, of capacity: Int) -> Int {
            switch self {
            case .energy: demand
            case .oneAtATime: demand > capacity - demand ? 2 : (demand == capacity - demand ? 1 : 0)
            }
        }

        /// The capacity in the same count.
        func whole(_ capacity: Int) -> Int { self == .energy ? capacity : 2 }
    }

    /// The work of a step on the resource.
    struct Load {
        /// It cannot start earlier.
        let head: Int
        /// It must have finished that long before the end.
        let tail: Int
        /// Products of amounts and durations pass 64 bits.
        let work: Int128
    }

    /// Those with work.
    private let loads: [Load]
    private let capacity: Int128

    /// - Parameter capacity: more than 0 where there are loads.
    private init(_ loads: [Load], capacity: Int) {
        self.loads = loads
        self.capacity = Int128(capacity)
    }

    /// The least work of each step on a resource, of all its options.
    ///
    /// - Parameters:
    ///   - heads: before these no step starts.
    ///   - tails: after the finish of each step there is at least so much.
    init(_ network: Network, _ resource: Int, _ measure: Measure, heads: [Int], tails: [Int]) {
        let most = network.supply.most[resource]
        let loads = (0..<network.count).compactMap { step -> Load? in
            let work = network.modes.of(step).map { mode in
                Int128(measure.weight(network.modes.amount(mode, of: resource), of: most))
                    * Int128(network.modes.durations[mode])
            }
            guard let least = work.min(), least > 0 else { return nil }
            return Load(head: heads[step], tail: tails[step], work: least)
        }
        self.init(loads, capacity: measure.whole(most))
    }

    /// In the network's units of time, rounded up to a whole one; 0 without work.
    ///
    /// Takes n log n for n steps.
    func bound() -> Int {
        var work = TailWork(loads.count)
        let byTail = loads.indices.sorted { loads[$0].tail < loads[$1].tail }
        var places = [Int](repeating: 0, count: loads.count)
        for (place, load) in byTail.enumerated() { places[load] = place }

        // Steps enter by falling head: those inside are the ones that cannot start before the present head.
        var best = 0
        let byHead = loads.indices.sorted { loads[$0].head > loads[$1].head }
        for load in byHead {
            work.insert(loads[load].work, at: places[load], tail: Int128(loads[load].tail) * capacity)
            best = max(best, loads[load].head + Int((work.greatest + capacity - 1) / capacity))
        }
        return best
    }
}
