import Testing

@testable import Optimization

/// Alone, without a search beside it that may already have found the best.
@Suite struct ClauseSearchTests {
    private func budget() -> SearchBudget {
        SearchBudget(deadline: .now + .seconds(600), isCancelled: { false }, onSchedule: { _, _ in })
    }

    /// Searches to the end, in pieces of so many conflicts.
    private func finish(_ search: ClauseSearch, inPiecesOf conflicts: Int = 1_000_000) throws -> Int? {
        var budget = budget()
        var pieces = 0
        while true {
            if search.run(conflicts: conflicts, &budget) == .exhausted { return search.best?.makespan }
            pieces += 1
            try #require(pieces < 1_000_000 && !search.isGivenUp, "it does not end")
        }
    }

    @Test(arguments: 0..<200)
    func findsTheShortestOfAllOrders(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(6_000 + seed)).packed(steps: 3 + seed % 5)
        let network = try network(flow)
        let optimum = Reference(flow).optimum() / network.timeUnit
        #expect(try finish(ClauseSearch(network)) == optimum)
        #expect(try finish(ClauseSearch(network, below: optimum)) == nil)
        #expect(try finish(ClauseSearch(network, from: optimum, below: optimum + 1)) == optimum)
    }

    /// With options, budgets, lags, releases and changing capacities.
    @Test(arguments: 0..<200)
    func findsTheShortestOfAllPlansOrThatThereIsNone(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(50_000 + seed)).rich(steps: 2 + seed % 2)
        let network = try network(flow)
        let every = EveryPlan(flow, horizon: 14)
        let found = try finish(ClauseSearch(network))
        // What has begun is no part of a network: its quality is looked at by others.
        guard flow.steps.allSatisfy({ $0.progress == nil }) || every.best != nil else { return }
        #expect(found.map { network.seconds($0) } == every.shortest)
    }

    /// Against the search that forbids one set of steps after the other, on flows that are large enough for something to be learned.
    @Test func agreesWithTheSearchOverForbiddenSets() throws {
        var solved = 0
        for seed in 0..<150 {
            let rich = RandomFlows(seed: UInt64(60_000 + seed)).rich(steps: 4 + seed % 4)
            let flow = rich.with(steps: rich.steps.map(\.withoutDue), objective: .makespan)
            let network = try network(flow)
            let scoring = Scoring(NetworkTables(network), measure: flow.constraints.minimumQuality?.measure ?? .mean)
            let sets = ForbiddenSetSearch(network, scoring)
            var budget = budget()
            var effort = 300_000
            _ = sets.improve(below: nil, least: 0, effort: &effort, &budget)
            guard !sets.isGivenUp else { continue }
            let search = ClauseSearch(network)
            #expect(try finish(search) == sets.best?.score.makespan, "\(seed)")
            guard let found = search.best else { continue }
            solved += 1
            let plan = Plan(
                score: scoring.score(starts: found.starts, modes: found.modes),
                starts: found.starts,
                modes: found.modes
            )
            let schedule = Schedule(network, plan, flow: flow)
            #expect(ScheduleValidator.violations(of: schedule, in: flow).isEmpty, "\(seed)")
        }
        #expect(solved > 50)
    }

    /// What it learns is true of every plan that counts, and so of the best.
    @Test(arguments: 0..<90)
    func everyLearntClauseHoldsForTheBest(_ seed: Int) throws {
        let random = RandomFlows(seed: UInt64(70_000 + seed))
        let flow =
            switch seed % 3 {
            case 0: random.packed(steps: 13 + seed % 4)
            case 1: random.flow(steps: 20, tightness: 0.3)
            default: random.rich(steps: 8 + seed % 8).with(constraints: FlowConstraints())
            }
        let network = try network(flow)
        var budget = budget()
        let first = ClauseSearch(network)
        while !first.isGivenUp, first.conflicts < 2_000, first.run(conflicts: 2_000, &budget) == .improved {}
        guard let witness = first.best else { return }
        let values =
            witness.starts + [witness.makespan]
            + (0..<network.count).flatMap { step in
                let modes = network.modes.of(step)
                return modes.count > 1 ? modes.map { $0 == witness.modes[step] ? 1 : 0 } : []
            }
        #expect(values.count == first.model.domains.count)

        let search = ClauseSearch(network, below: witness.makespan + 5)
        // The witness counts until something as good is found.
        while search.conflicts < 1_000, search.best?.makespan ?? .max > witness.makespan, !search.isGivenUp,
            search.run(conflicts: 50, &budget) != .exhausted
        {
            search.clauses.forEach { clause in
                let holds = clause.contains { literal in
                    let value = values[Int(literal.bound / 2)]
                    return (literal.bound % 2 == 0 ? value : -value) >= literal.value
                }
                #expect(holds, "\(clause) of \(values)")
            }
        }
        #expect(search.best?.makespan ?? .max <= witness.makespan || search.conflicts >= 1_000 || search.isGivenUp)
    }

    /// It goes on where it was, whatever was found meanwhile, and never says more than is true.
    @Test(arguments: 0..<30)
    func isTheSameInPieces(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(9_000 + seed)).packed(steps: 9 + seed % 4)
        let network = try network(flow)
        let optimum = try #require(try finish(ClauseSearch(network)))
        #expect(try finish(ClauseSearch(network), inPiecesOf: 1) == optimum)

        let search = ClauseSearch(network)
        var budget = budget()
        var known = Int.max
        loop: while true {
            switch search.run(conflicts: 3, &budget) {
            case .exhausted: break loop
            case .improved: known = min(known, search.best?.makespan ?? .max)
            case .paused:
                #expect(search.lowerBound <= optimum)
                // Somebody else found one that is between.
                if known > optimum + 1 {
                    known = known == .max ? optimum + 4 : known - 1
                    search.beat(known)
                }
            }
        }
        #expect(known == optimum)
    }

    /// Short steps wait for long ones, and for resources that are gone for long: not one short step after the other.
    @Test func goesPastWhatIsLongAtOnce() throws {
        let shorts = (0..<6).map { step("fetch\($0)", 0.001, ["gpu": 1]) }
        let flow = Flow(
            steps: [step("train", 86_400, ["gpu": 1]), step("other", 86_400, ["cpu": 1])] + shorts,
            capacity: [
                "gpu": Capacity([.init(from: 0, amount: 1), .init(from: 90_000, amount: 0)]), "cpu": Capacity(1),
            ]
        )
        let night = Flow(
            steps: [step("long", 100_000, ["cpu": 1]), step("late", 10, ["gpu": 2], after: ["short"])]
                + [step("short", 0.001, ["gpu": 1])],
            capacity: [
                "cpu": Capacity(1),
                "gpu": Capacity([
                    .init(from: 0, amount: 0), .init(from: 30_000, amount: 1), .init(from: 60_000, amount: 2),
                ]),
            ]
        )
        #expect(try finish(ClauseSearch(network(flow))) == 86_400_006)
        #expect(try finish(ClauseSearch(network(night))) == 100_000_000)
    }

    @Test func saysThatItIsNotDone() throws {
        var budget = budget()
        let search = ClauseSearch(try network(.stubborn))
        var end = ClauseSearch.End.improved
        while end == .improved { end = search.run(conflicts: 10 - search.conflicts, &budget) }
        #expect(end == .paused)
        #expect(search.conflicts == 10)
        #expect(search.best != nil)
    }

    /// Lags that contradict each other with every option: the times rise for ever, but it ends.
    @Test func givesUpTimesThatRiseForEver() throws {
        let long = StepOption(name: "long", duration: 2)
        let flow = Flow(
            steps: [
                step("far", 100_000_000),
                FlowStep(id: "a", options: [long, StepOption(name: "other", duration: 2, cost: 1)]),
                FlowStep(id: "b", options: [long], lags: [StepLag(step: "a", from: .finish, minimum: 0, maximum: nil)]),
                FlowStep(
                    id: "c",
                    options: [long],
                    dependencies: ["b"],
                    lags: [StepLag(step: "a", from: .start, minimum: 0, maximum: 3)]
                ),
            ],
            capacity: [:]
        )
        let search = ClauseSearch(try network(flow))
        var budget = budget()
        #expect(search.run(conflicts: 1_000, &budget) == .paused)
        #expect(search.isGivenUp)
    }

    /// Optima that are known, of instances that take something.
    @Test(
        .enabled(if: Psplib.found != nil, "needs the PSPLIB instances"),
        arguments: [("rcpsp/j30", 10), ("mrcpsp/j20", 40)]
    )
    func closesInstances(_ set: String, _ stride: Int) throws {
        for instance in try #require(Psplib.found).instances(set, every: stride) {
            let search = ClauseSearch(try network(instance.flow))
            #expect(try finish(search) == Int(instance.bestKnown), "\(instance.name)")
        }
    }
}
