import Testing

@testable import Optimization

/// Alone, without a search before it that may already have found the best.
@Suite struct ExhaustiveSearchTests {
    private func search(_ project: Project, below makespan: Int) -> ExhaustiveSearch {
        let memory = NetworkMemory(project)
        let generator = SerialGenerator(memory)
        return ExhaustiveSearch(project, TimeWindows(project), memory.forward, generator, below: makespan, goal: 0)
    }

    private func budget(_ schedules: Int? = nil) -> SearchBudget {
        SearchBudget(
            deadline: .now + .seconds(600),
            maximumIterations: schedules,
            isCancelled: { false },
            onSchedule: { _, _ in }
        )
    }

    @Test(arguments: 0..<80)
    func findsTheShortestOfAllOrders(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(6_000 + seed)).packed(steps: 3 + seed % 4)
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

    @Test func saysThatItGaveUp() throws {
        let project = try plain(.jobShop).project
        var budget = budget(3)
        #expect(!search(project, below: 100).run(&budget))
    }
}
