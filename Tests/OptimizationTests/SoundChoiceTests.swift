import Testing

@testable import Optimization

@Suite struct SoundChoiceTests {
    private func choice(_ starts: [Int]?) throws -> SoundChoice {
        let network = try network(.jobShop)
        let scoring = Scoring(NetworkTables(network), measure: .mean)
        let modes = Array(0..<network.count)
        let plans =
            starts.map { [Plan(score: scoring.score(starts: $0, modes: modes), starts: $0, modes: modes)] } ?? []
        return try SoundChoice(.jobShop, network, scoring, plans)
    }

    @Test func takesTheFirstPlan() throws {
        let choice = try choice([0, 4, 4, 5, 5, 10])
        #expect(choice.schedule.makespan == 13)
        #expect(choice.discarded.isEmpty)
    }

    @Test func runsOneAfterAnotherWhenThereIsNothingElse() throws {
        #expect(try choice(nil).schedule.makespan == 16)
    }

    /// A debug build stops the process at such a fault.
    @Test func stopsAtAnUnsoundPlan() async throws {
        await #expect(processExitsWith: .failure) {
            let network = try network(.jobShop)
            let scoring = Scoring(NetworkTables(network), measure: .mean)
            let (starts, modes) = ([Int](repeating: 0, count: 6), Array(0..<6))
            let broken = Plan(score: scoring.score(starts: starts, modes: modes), starts: starts, modes: modes)
            _ = try SoundChoice(.jobShop, network, scoring, [broken])
        }
    }
}
