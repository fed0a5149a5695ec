/// What no plan of a network can be better than.
struct ObjectiveBound {
    /// Of the makespan.
    private(set) var makespan: LowerBound
    /// Of the objective.
    var value: Double { isPossible ? scoring.value(makespan.units, cost, quality, lateness) : 0 }

    private let scoring: Scoring
    /// The best there may be of each, millionths and weighted units of time.
    private let cost: Int
    private let quality: Double
    private let lateness: Double
    /// False: some step has no option at all.
    private let isPossible: Bool
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

    /// The bound when a search has shown that no plan is shorter than `units`.
    func raised(to units: Int, by search: String) -> ObjectiveBound {
        var raised = self
        raised.makespan = makespan.raised(to: units, by: search)
        return raised
    }

    /// - Parameter makespan: the bound of it; nil: it is yet to be found.
    init(_ network: Network, _ windows: TimeWindows, _ scoring: Scoring, makespan known: LowerBound? = nil) {
        self.scoring = scoring
        isMakespan = network.isMakespan
        makespan = known ?? LowerBound(network, windows)
        let modes = network.modes
        let cheapest = (0..<network.count).map { step in modes.of(step).min { modes.costs[$0] < modes.costs[$1] } ?? 0 }
        let best = (0..<network.count).map { step in
            modes.of(step).max { modes.qualities[$0] ?? 1 < modes.qualities[$1] ?? 1 } ?? 0
        }
        isPossible = (0..<network.count).allSatisfy { !modes.of($0).isEmpty }
        lateness = (0..<network.count).reduce(0.0) { sum, step in
            let shortest = modes.of(step).reduce(Int.max) { min($0, modes.durations[$1]) }
            guard network.dues[step] < Int.max, shortest < Int.max else { return sum }
            let late = windows.heads[step] + shortest - network.dues[step]
            return sum + (late > 0 ? Double(late) * network.weights[step] : 0)
        }
        (cost, quality) = isPossible ? (scoring.totals(cheapest).cost, scoring.totals(best).quality) : (0, 1)
    }
}
