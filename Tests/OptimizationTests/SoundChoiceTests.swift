import Testing

@testable import Optimization

@Suite struct SoundChoiceTests {
    @Test func takesTheFirstSolution() throws {
        let problem = try plain(.jobShop)
        let sequential = Solution.sequential(problem.project)
        let choice = SoundChoice(problem, [sequential])
        #expect(choice.schedule.makespan == 16)
        #expect(choice.discarded.isEmpty)
    }

    @Test func runsOneAfterAnotherWhenThereIsNothingElse() throws {
        let problem = try plain(.jobShop)
        #expect(SoundChoice(problem, []).schedule.makespan == 16)
    }

    /// A debug build stops the process at such a fault.
    @Test func stopsAtAnUnsoundSolution() async throws {
        await #expect(processExitsWith: .failure) {
            let problem = try plain(.jobShop)
            let broken = Solution(makespan: 5, starts: Array(repeating: 0, count: 6))
            _ = SoundChoice(problem, [broken])
        }
    }
}
