import Testing

@testable import Optimization

/// Alone, without a search before it that may already have found the best.
@Suite struct DelayingSearchTests {
    /// The makespan of the best that is found, and whether everything was tried.
    private func search(
        _ network: Network,
        below makespan: Int? = nil,
        nodes: Int = .max
    ) throws -> (best: Int?, isExhausted: Bool) {
        try #require(DelayingSearch.canTry(network))
        let search = DelayingSearch(network)
        let scoring = Scoring(NetworkTables(network), measure: .mean)
        var budget = budget()
        var effort = nodes
        var score = makespan.map { Score(violation: 0, late: 0, value: 0, makespan: $0, cost: 0, quality: 1) }
        var best: Int?
        while true {
            switch search.improve(below: score, least: 0, effort: &effort, &budget) {
            case .exhausted: return (best, true)
            case .paused: return (best, false)
            case .improved(let starts, let modes):
                let found = scoring.score(starts: starts, modes: modes)
                #expect(found.makespan < score?.makespan ?? .max)
                (score, best) = (found, found.makespan)
            }
        }
    }

    private func budget() -> SearchBudget {
        SearchBudget(deadline: .now + .seconds(600), isCancelled: { false }, onSchedule: { _, _ in })
    }

    @Test(arguments: 0..<200)
    func findsTheShortestOfAllOrders(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(6_000 + seed)).packed(steps: 3 + seed % 5)
        let network = try network(flow)
        let optimum = Reference(flow).optimum() / network.timeUnit
        #expect(try search(network) == (optimum, true))
        #expect(try search(network, below: optimum) == (nil, true))
    }

    /// Against the search that learns clauses, on flows that are large enough for dominance and bounds to matter.
    @Test(arguments: 0..<40)
    func agreesWithTheSearchThatLearns(_ seed: Int) throws {
        let network = try network(RandomFlows(seed: UInt64(9_000 + seed)).packed(steps: 8 + seed % 4))
        var budget = budget()
        let learning = ClauseSearch(network)
        while learning.run(conflicts: 1_000, &budget) != .exhausted {}
        #expect(try search(network) == (learning.best?.makespan, true))
    }

    @Test func saysThatItGaveUp() throws {
        #expect(try search(network(.jobShop), below: 100, nodes: 1).isExhausted == false)
    }

    /// What has more than one option, waits longer, or finds more or less of a resource at times is not for it.
    @Test func triesOnlyWhatItIsFor() throws {
        let option = StepOption(name: "a", duration: 1)
        let others: [Flow] = [
            Flow(steps: [FlowStep(id: "s", options: [option, StepOption(name: "b", duration: 2)])], capacity: [:]),
            Flow(steps: [step("a", 1), FlowStep(id: "s", options: [option], lags: [StepLag(step: "a", minimum: 1)])]),
            Flow(steps: [FlowStep(id: "s", options: [option], release: 1)]),
            Flow(steps: [FlowStep(id: "s", options: [option], due: 0.5)]),
            Flow(
                steps: [step("s", 1, ["r": 1])],
                capacity: ["r": Capacity([.init(from: 0, amount: 1), .init(from: 5, amount: 2)])]
            ),
        ]
        for flow in others { #expect(!DelayingSearch.canTry(try network(flow))) }
        #expect(DelayingSearch.canTry(try network(.jobShop)))
    }

    /// Optima that are known, of instances that take some branching.
    @Test(.enabled(if: Psplib.found != nil, "needs the PSPLIB instances"))
    func closesInstancesOfThirtySteps() throws {
        var closed = 0
        let instances = try #require(Psplib.found).instances("rcpsp/j30", every: 24)
        for instance in instances {
            let network = try network(instance.flow)
            let found = try search(network, below: Int(instance.bestKnown) + 1, nodes: 20_000)
            guard found.isExhausted else { continue }
            closed += 1
            #expect(found.best == Int(instance.bestKnown), "\(instance.name)")
        }
        #expect(closed * 2 > instances.count)
    }
}
