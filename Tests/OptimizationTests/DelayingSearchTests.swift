import Testing

@testable import Optimization

/// Alone, without a search before it that may already have found the best.
@Suite struct DelayingSearchTests {
    private func search(_ project: Project, below makespan: Int, nodes: Int = .max) -> DelayingSearch {
        DelayingSearch(project, TimeWindows(project), below: makespan, goal: 0, maximumNodes: nodes)
    }

    private func budget() -> SearchBudget {
        SearchBudget(deadline: .now + .seconds(600), isCancelled: { false }, onSchedule: { _, _ in })
    }

    @Test(arguments: 0..<200)
    func findsTheShortestOfAllOrders(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(6_000 + seed)).packed(steps: 3 + seed % 5)
        let project = try plain(flow).project
        let optimum = Reference(flow).optimum() / project.timeUnit
        var budget = budget()

        let search = search(project, below: project.durations.reduce(0, +) + 1)
        #expect(search.run(&budget))
        #expect(search.best?.makespan == optimum)

        let inVain = self.search(project, below: optimum)
        #expect(inVain.run(&budget))
        #expect(inVain.best?.makespan == nil)
    }

    /// Against the search that learns clauses, on flows that are large enough for dominance and bounds to matter.
    @Test(arguments: 0..<40)
    func agreesWithTheSearchThatLearns(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(9_000 + seed)).packed(steps: 8 + seed % 4)
        let project = try plain(flow).project
        var budget = budget()
        let learning = ClauseSearch(Network(flow, order: project.submittedIndex))
        while learning.run(failures: 1_000, &budget) != .exhausted {}
        let delaying = search(project, below: project.durations.reduce(0, +) + 1)
        #expect(delaying.run(&budget))
        #expect(delaying.best?.makespan == learning.best?.makespan)
    }

    @Test func saysThatItGaveUp() throws {
        let project = try plain(.jobShop).project
        var budget = budget()
        #expect(!search(project, below: 100, nodes: 1).run(&budget))
    }

    /// Optima that are known, of instances that take some branching.
    @Test(.enabled(if: Psplib.found != nil, "needs the PSPLIB instances"))
    func closesInstancesOfThirtySteps() throws {
        var closed = 0
        let instances = try #require(Psplib.found).instances("rcpsp/j30", every: 24)
        for instance in instances {
            let project = try plain(instance.flow).project
            var budget = budget()
            let search = search(project, below: Int(instance.bestKnown) + 1, nodes: 20_000)
            guard search.run(&budget) else { continue }
            closed += 1
            #expect(search.best?.makespan == Int(instance.bestKnown), "\(instance.name)")
        }
        #expect(closed * 2 > instances.count)
    }
}
