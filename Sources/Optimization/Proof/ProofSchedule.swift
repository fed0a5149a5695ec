/// Says which exact search has its turn after how many schedules of the generations.
///
/// Turns are counted in schedules and in each search's own unit, so that the same seed gives the same answer. Of the makespan
/// alone `ClauseSearch` has one turn after the other; where few steps with a single mode are all there is, `DelayingSearch` comes
/// in between, more and more seldom, each time with more branchings. Where clauses are no match (another objective, or greatest lags)
/// `ForbiddenSetSearch` has one turn at the beginning.
struct ProofSchedule {
    struct Turn {
        /// Schedules that are generated before it.
        let schedules: Int
        let search: any ExactSearch
        let effort: Int
    }

    /// Schedules before the first turn of the clause search, and conflicts in it: many flows need no more.
    private static let firstSchedules = 500
    private static let firstConflicts = 100
    /// The same of each further turn, schedules times the square of the steps: in a small flow the proof has the most of the time,
    /// in a large one, where there seldom is any, little.
    private static let schedulesPerSquare = 16
    private static let conflicts = 500
    /// The delaying search has a turn after so many turns of the clause search, with so many branchings; both grow by a factor.
    private static let delayedSteps = 40
    private static let turnsBeforeDelaying = 4
    private static let branchings = 10_000
    private static let growth = 4
    /// Schedules before the turn of the search over forbidden sets, and its branchings.
    private static let schedulesBeforeSets = 1_000
    private static let setBranchings = 50_000

    private let steps: Int
    private let clauses: ClauseSearch?
    private let delaying: DelayingSearch?
    private var forbiddenSets: ForbiddenSetSearch?
    private var turns = 0
    private var nextDelaying = turnsBeforeDelaying
    private var branchings = branchings

    /// - Parameter least: no plan is shorter.
    init(_ network: Network, _ scoring: Scoring, from least: Int) {
        steps = network.count
        let isMakespan = network.isMakespan
        clauses = isMakespan && ClauseSearch.canTry(network) ? ClauseSearch(network, from: least) : nil
        delaying =
            network.count <= Self.delayedSteps && DelayingSearch.canTry(network) ? DelayingSearch(network) : nil
        if network.count <= ForbiddenSetSearch.maximumSteps, !isMakespan || network.links.hasMaximum {
            forbiddenSets = ForbiddenSetSearch(network, scoring)
        }
    }

    /// Nil: there are no further turns.
    mutating func next() -> Turn? {
        if let search = forbiddenSets {
            forbiddenSets = nil
            return Turn(
                schedules: Self.schedulesBeforeSets,
                search: search,
                effort: Self.setBranchings
            )
        }
        guard let clauses, !clauses.isGivenUp else { return nil }
        if let delaying, turns == nextDelaying {
            defer {
                nextDelaying *= Self.growth
                branchings *= Self.growth
            }
            return Turn(schedules: 0, search: delaying, effort: branchings)
        }
        turns += 1
        return turns == 1
            ? Turn(schedules: Self.firstSchedules, search: clauses, effort: Self.firstConflicts)
            : Turn(schedules: Self.schedulesPerSquare * steps * steps, search: clauses, effort: Self.conflicts)
    }
}
