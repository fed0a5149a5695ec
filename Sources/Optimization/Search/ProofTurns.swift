/// The attempt to prove what another search finds, in turns with it: both are counted, so that the same seed gives the same answer.
final class ProofTurns {
    /// Schedules of the other search before the first turn, and failures in it: many flows need no more.
    private static let firstSchedules = 500
    private static let firstFailures = 100
    /// The same of each further turn, schedules times the square of the steps: in a small flow the proof has the most of the time,
    /// in a large one, where there seldom is any, little.
    private static let schedulesPerSquare = 16
    private static let failures = 500

    /// Nothing is left that could be better.
    private(set) var isExhausted = false
    /// No plan is shorter.
    var lowerBound: Int { search.lowerBound }
    /// Whether there are further turns.
    var isOver: Bool { isExhausted || search.isGivenUp }
    private let search: ClauseSearch
    private let steps: Int
    private(set) var turns = 0
    private var failuresLeft = 0

    /// Nil: the network is too large, or it is not the makespan alone that is to be small.
    ///
    /// - Parameter least: no plan is shorter.
    init?(_ network: Network, from least: Int) {
        guard network.isMakespan, ClauseSearch.canTry(network) else { return nil }
        search = ClauseSearch(network, from: least)
        steps = network.count
    }

    /// Schedules of the other search before the next turn.
    var schedules: Int { turns == 0 ? Self.firstSchedules : Self.schedulesPerSquare * steps * steps }

    func begin() {
        failuresLeft = turns == 0 ? Self.firstFailures : Self.failures
        turns += 1
    }

    /// The next better plan; nil: the turn is over.
    ///
    /// - Parameter makespan: of the plan that is to be beaten; nil: any will do.
    func next(below makespan: Int?, _ budget: inout SearchBudget) -> ClauseSearch.Found? {
        guard !isOver, failuresLeft > 0, budget.allowsMore() else { return nil }
        if let makespan { search.beat(makespan) }
        let before = search.failures
        defer { failuresLeft -= search.failures - before }
        switch search.run(failures: failuresLeft, &budget) {
        case .improved: return search.best
        case .exhausted: isExhausted = true
        case .paused: break
        }
        return nil
    }
}
