import Testing

@testable import Optimization

/// The sweep over heads and tails gives what trying every pair of them gives.
@Suite struct BoundTests {
    @Test(arguments: 0..<80)
    func energyIsTheGreatestOverAllPairs(_ seed: Int) throws {
        let project = try plain(RandomFlows(seed: UInt64(5_000 + seed)).flow(steps: 3 + seed % 30)).project
        let windows = TimeWindows(project)
        for resource in 0..<project.resourceCount {
            let bound = ResourceEnergy(project, resource, .energy, windows).bound()
            #expect(bound == greatest(project, windows, resource))
        }
    }

    private func greatest(_ project: Project, _ windows: TimeWindows, _ resource: Int) -> Int {
        let steps = (0..<project.count).filter { project.demand(of: $0, for: resource) > 0 }
        var best = 0
        for head in Set(steps.map { windows.heads[$0] }) {
            for tail in Set(steps.map { windows.tails[$0] }) {
                let inside = steps.filter { windows.heads[$0] >= head && windows.tails[$0] >= tail }
                guard !inside.isEmpty else { continue }
                let work = inside.reduce(0) { $0 + project.demand(of: $1, for: resource) * project.durations[$1] }
                let capacity = project.capacities[resource]
                best = max(best, head + (work + capacity - 1) / capacity + tail)
            }
        }
        return best
    }

    @Test func noWorkIsNoBound() throws {
        let flow = Flow(steps: [step("a", 5, ["gpu": 1])], capacity: ["gpu": 4])
        let project = try plain(flow).project
        #expect(ResourceEnergy(project, 0, .oneAtATime, TimeWindows(project)).bound() == 0)
    }
}
