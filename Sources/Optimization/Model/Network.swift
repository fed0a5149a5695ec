/// A sound flow in whole numbers, with everything a flow may have.
///
/// What has begun is no step here: it has become releases, less capacity and less budget. The rest is numbered so that every
/// step comes after what it waits for. Time is counted in units of `timeUnit` millionths of a second, the greatest common
/// divisor of all durations, lags and moments; amounts of a resource likewise.
struct Network: Sendable {
    let count: Int
    /// Place of each step in the submitted flow.
    let submittedIndex: [Int]
    let timeUnit: Int
    let modes: Modes
    let links: Links
    let supply: Supply
    let budgets: [FlowBudget]
    /// Earliest start of each step.
    let releases: [Int]
    /// Latest start of each step; `Int.max`: any.
    let latest: [Int]
    /// When each step should have finished; `Int.max`: at any time.
    let dues: [Int]
    /// What a unit of lateness costs.
    let weights: [Double]
    /// When all must have finished; `Int.max`: at any time.
    let deadline: Int
    /// Nothing starts earlier.
    let now: Int
    /// Steps that have begun.
    let begun: [BegunStep]
    let objective: FlowObjective

    /// All could be done one after the other by then: nobody need start later.
    var horizon: Int {
        let durations = (0..<count).reduce(0) { sum, step in
            sum + modes.of(step).reduce(0) { max($0, modes.durations[$1]) }
        }
        let lags = links.before.reduce(0) { $1.reduce($0) { $0 + $1.minimum } }
        return max(releases.max() ?? 0, supply.times.last ?? 0) + durations + lags
    }

    /// When the last of the steps that have begun has finished.
    var begunFinish: Int { begun.reduce(0) { max($0, $1.finish) } }

    /// Whether of two plans the shorter is the better: the makespan counts, and nothing else that differs between plans does.
    var isMakespan: Bool { onlyTimeCounts && dues.allSatisfy { $0 == Int.max } }

    /// Whether the makespan counts, and of cost and quality what counts is the same in all plans.
    var onlyTimeCounts: Bool {
        objective.makespan > 0
            && (0..<count).allSatisfy { step in
                let first = modes.offsets[step]
                return modes.of(step).allSatisfy { mode in
                    (objective.cost == 0 || modes.costs[mode] == modes.costs[first])
                        && (objective.quality == 0 || modes.qualities[mode] == modes.qualities[first])
                }
            }
    }

    func seconds(_ units: Int) -> Double {
        FixedPoint.double(units * timeUnit)
    }

    func text(_ units: Int) -> String {
        FixedPoint.text(units * timeUnit)
    }
}

/// A step that has begun: it stays where it is.
struct BegunStep: Sendable {
    let submittedIndex: Int
    let start: Int
    let finish: Int
    let option: StepOption
    /// Of one that still runs, times its weight.
    let lateness: Double
}

/// The modes of each step, which are those of its options that it can be run with, numbered through all steps.
struct Modes: Sendable {
    /// Those of step s are `offsets[s]..<offsets[s + 1]`.
    let offsets: [Int]
    /// Place among the options of its step.
    let options: [Int]
    let durations: [Int]
    /// The resources each mode holds; beside it, in `amounts`, how much of each.
    ///
    /// Modes of no duration hold none.
    let resources: Adjacency
    let amounts: Adjacency
    /// Of budget b by mode m: `uses[m * budgetCount + b]`.
    let uses: [Int]
    /// Millionths.
    let costs: [Int]
    /// Nil: does not count.
    let qualities: [Double?]

    var count: Int { durations.count }

    func of(_ step: Int) -> Range<Int> { offsets[step]..<offsets[step + 1] }

    func amount(_ mode: Int, of resource: Int) -> Int {
        for place in resources.offsets[mode]..<resources.offsets[mode + 1] where resources.items[place] == resource {
            return amounts.items[place]
        }
        return 0
    }
}

/// How the starts of two steps depend on each other.
struct Link: Sendable {
    /// The step at the other end.
    let other: Int
    /// Whether the time is counted from the finish of the earlier step.
    let isFromFinish: Bool
    let minimum: Int
    /// `Int.max`: any.
    let maximum: Int
}

struct Links: Sendable {
    /// Links to what each step comes after, and to what comes after it.
    let before: [[Link]]
    let after: [[Link]]
    /// Whether any has a maximum.
    let hasMaximum: Bool
}

/// How much there is of each resource, from moment to moment, what is held by steps that have begun taken away.
struct Supply: Sendable {
    let names: [String]
    /// Millionths in the unit of each resource.
    let units: [Int]
    /// The most there ever is.
    let most: [Int]
    /// Rising, the first 0; up to the next it is as it is now.
    let times: [Int]
    /// Of resource r from `times[i]` on: `amounts[i * names.count + r]`.
    ///
    /// Negative where more is held than there is.
    let amounts: [Int]
}

/// A sum over all steps that must not be passed: cost, a budget, or what is lost of quality.
struct FlowBudget: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case cost
        case quality
        case named(String)
    }

    let kind: Kind
    /// What steps that have begun leave of it; may be negative.
    let limit: Int
}
