extension LowerBound {
    /// Of a network's makespan: the greatest of the longest chain of shortest options and, for each resource, of the work that
    /// must be done on it whatever the options.
    init(_ network: Network, _ windows: NetworkWindows) {
        var best = LowerBound(units: windows.length, source: "critical path")
        let resources = network.supply.names.count
        // Behind the finish of each step.
        let tails = (0..<network.count).map { step in
            let longest = network.ways.of(step).reduce(0) { max($0, network.ways.durations[$1]) }
            return network.links.after[step].reduce(0) { tail, link in
                let lag = link.isFromFinish ? link.minimum : link.minimum - longest
                return max(tail, lag + windows.tails[link.other])
            }
        }
        for resource in 0..<resources where network.supply.most[resource] > 0 {
            let most = network.supply.most[resource]
            for measure in ResourceEnergy.Measure.allCases {
                let loads = (0..<network.count).compactMap { step -> ResourceEnergy.Load? in
                    let work = network.ways.of(step).map { way in
                        Int128(measure.weight(network.ways.amount(way, of: resource), of: most))
                            * Int128(network.ways.durations[way])
                    }
                    guard let least = work.min(), least > 0 else { return nil }
                    return ResourceEnergy.Load(head: windows.heads[step], tail: tails[step], work: least)
                }
                let units = ResourceEnergy(loads, capacity: measure.whole(most)).bound()
                guard units > best.units else { continue }
                best = LowerBound(
                    units: units,
                    source: "\(measure.rawValue): \(network.supply.names[resource])"
                )
            }
        }
        self = best
    }
}

/// What no plan of a network can be better than.
struct ObjectiveBound {
    /// Of the makespan.
    private(set) var makespan: LowerBound
    /// Of the objective.
    private(set) var value: Double

    private let scoring: Scoring
    /// Whether only the makespan counts.
    private let isMakespan: Bool

    /// How far a plan may be from the best, as a share of its value; 0: it is the best.
    func gap(_ score: Score) -> Double {
        if isMakespan { return makespan.gap(score.makespan) }
        let difference = score.value - value
        guard difference > scoring.tolerance(score.makespan, score.cost, score.value) else { return 0 }
        return score.value == 0 ? 1 : min(1, difference / abs(score.value))
    }

    /// Whether a plan is as near to the best as the gap says; with none: whether no plan can be better, nor of the same value and
    /// shorter.
    func isReached(_ score: Score, within targetGap: Double) -> Bool {
        guard score.isSound else { return false }
        return targetGap > 0 ? gap(score) <= targetGap : gap(score) <= 0 && score.makespan <= makespan.units
    }

    /// The bound when a search has shown that no plan is shorter than `units`; only of the makespan alone.
    func raised(to units: Int) -> ObjectiveBound {
        var raised = self
        raised.makespan = makespan.raised(to: units, by: "branch and bound")
        raised.value = scoring.value(raised.makespan.units, 0, 0, 0)
        return raised
    }

    /// - Parameter makespan: the bound of it; nil: it is yet to be found.
    init(_ network: Network, _ windows: NetworkWindows, _ scoring: Scoring, makespan known: LowerBound? = nil) {
        self.scoring = scoring
        isMakespan = network.isMakespan
        makespan = known ?? LowerBound(network, windows)
        let ways = network.ways
        let cheapest = (0..<network.count).map { step in ways.of(step).min { ways.costs[$0] < ways.costs[$1] } ?? 0 }
        let best = (0..<network.count).map { step in
            ways.of(step).max { ways.qualities[$0] ?? 1 < ways.qualities[$1] ?? 1 } ?? 0
        }
        let isPossible = (0..<network.count).allSatisfy { !ways.of($0).isEmpty }
        let lateness = (0..<network.count).reduce(0.0) { sum, step in
            let shortest = ways.of(step).reduce(Int.max) { min($0, ways.durations[$1]) }
            guard network.dues[step] < Int.max, shortest < Int.max else { return sum }
            let late = windows.heads[step] + shortest - network.dues[step]
            return sum + (late > 0 ? Double(late) * network.weights[step] : 0)
        }
        value =
            isPossible
            ? scoring.value(makespan.units, scoring.totals(cheapest).cost, scoring.totals(best).quality, lateness) : 0
    }
}
