/// Turns lists into plans, and improves them by forward-backward passes (forward-backward improvement; Valls, Ballestín, Quintanilla,
/// Justification and RCPSP: a technique that pays, EJOR 165, 2005), in each of which
/// steps may take other options (Van Peteghem, Vanhoucke, A genetic algorithm for the preemptive and non-preemptive
/// multi-mode resource-constrained project scheduling problem, EJOR 201, 2010).
final class ForwardBackwardImprover {
    let tables: NetworkTables
    let generator: SerialGenerationScheme
    /// The list to start from; afterwards any list.
    let list: UnsafeMutableBufferPointer<Int>
    private let scoring: Scoring
    private let orderer: LinkOrder

    init(_ tables: NetworkTables, _ scoring: Scoring) {
        self.tables = tables
        self.scoring = scoring
        generator = SerialGenerationScheme(tables)
        orderer = LinkOrder(tables)
        list = .filled(tables.count)
    }

    deinit {
        list.deallocate()
    }

    /// Improves what `list` and the generator's modes make until nothing is gained or the budget ends.
    ///
    /// - Parameters:
    ///   - choosing: whether steps may take other options.
    ///   - keep: called with each plan that is better than those before: the generator holds its starts and modes.
    /// - Returns: the score of the best; nil when the budget ended before there was one.
    func improve(choosing: Bool, budget: inout SearchBudget, keep: (Score) -> Void) -> Score? {
        guard var best = forward(choosing, &budget) else { return nil }
        keep(best)
        // Pushed to the right, a plan would lose its greatest lags.
        guard !tables.network.links.hasMaximum else { return best }
        while budget.allowsMore() {
            budget.spend()
            orderByFinish()
            _ = generator.generate(list, .backward(horizon: best.makespan), choosing: choosing)
            orderByFinish(backward: true)
            guard let score = forward(choosing, &budget), score < best else { return best }
            best = score
            keep(score)
        }
        return best
    }

    /// The score of what the list and the generator's modes make as they are.
    func generate() -> Score {
        scoring.score(generator, passed: generator.generate(list, .forward))
    }

    private func forward(_ choosing: Bool, _ budget: inout SearchBudget) -> Score? {
        guard budget.allowsMore() else { return nil }
        budget.spend()
        let passed = generator.generate(list, .forward, choosing: choosing)
        return scoring.score(generator, passed: passed)
    }

    private func orderByFinish(backward: Bool = false) {
        guard tables.hasStartLinks else {
            generator.reverseByFinish(list)
            return
        }
        let finishes = generator.finishes
        orderer.order(into: list, backward ? .forward : .backward) { -Double(finishes[$0]) }
    }
}
