import Testing

@testable import Optimization

/// The sweep over heads and tails gives what trying every pair of them gives.
@Suite struct BoundTests {
    @Test(arguments: 0..<80)
    func energyIsTheGreatestOverAllPairs(_ seed: Int) throws {
        let network = try network(RandomFlows(seed: UInt64(5_000 + seed)).flow(steps: 3 + seed % 30))
        let windows = TimeWindows(network)
        let tails = windows.tailsBehindFinish(network)
        for resource in network.supply.names.indices {
            let bound = ResourceEnergy(network, resource, .energy, heads: windows.heads, tails: tails).bound()
            #expect(bound == greatest(network, windows.heads, tails, resource))
        }
    }

    private func greatest(_ network: Network, _ heads: [Int], _ tails: [Int], _ resource: Int) -> Int {
        let modes = network.modes
        let steps = (0..<network.count).filter { modes.amount($0, of: resource) > 0 }
        var best = 0
        for head in Set(steps.map { heads[$0] }) {
            for tail in Set(steps.map { tails[$0] }) {
                let inside = steps.filter { heads[$0] >= head && tails[$0] >= tail }
                guard !inside.isEmpty else { continue }
                let work = inside.reduce(0) { $0 + modes.amount($1, of: resource) * modes.durations[$1] }
                let capacity = network.supply.most[resource]
                best = max(best, head + (work + capacity - 1) / capacity + tail)
            }
        }
        return best
    }

    @Test func noWorkIsNoBound() throws {
        let flow = Flow(steps: [step("a", 5, ["gpu": 1])], capacity: ["gpu": 4])
        #expect(ResourceEnergy(try network(flow), 0, .oneAtATime, heads: [0], tails: [0]).bound() == 0)
    }
}
