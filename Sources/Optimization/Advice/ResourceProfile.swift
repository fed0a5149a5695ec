/// How much of each resource a plan holds, from moment to moment.
struct ResourceProfile {
    /// Starts and finishes, rising.
    private let times: [Int]
    /// Held of resource r from `times[i]` to the next: `held[i * resourceCount + r]`.
    private let held: [Int]
    private let resourceCount: Int

    init(_ network: Network, _ plan: Plan) {
        let steps = 0..<network.count
        let finishes = steps.map { plan.starts[$0] + network.modes.durations[plan.modes[$0]] }
        let sorted = (plan.starts + finishes).sorted()
        let times = sorted.indices.filter { $0 == 0 || sorted[$0 - 1] != sorted[$0] }.map { sorted[$0] }
        let resources = network.supply.names.count
        var held = [Int](repeating: 0, count: times.count * resources)
        for step in steps where finishes[step] > plan.starts[step] {
            let start = Self.place(of: plan.starts[step], in: times)
            let finish = Self.place(of: finishes[step], in: times)
            let mode = plan.modes[step]
            for (resource, amount) in zip(network.modes.resources[mode], network.modes.amounts[mode]) {
                held[start * resources + resource] += amount
                held[finish * resources + resource] -= amount
            }
        }
        // Changes become amounts.
        for entry in held.indices.dropFirst(resources) { held[entry] += held[entry - resources] }
        self.times = times
        self.held = held
        resourceCount = resources
    }

    /// Held of `resource` just before `time`, which must be a start or finish.
    func held(_ resource: Int, before time: Int) -> Int {
        let place = Self.place(of: time, in: times)
        return place > 0 ? held[(place - 1) * resourceCount + resource] : 0
    }

    /// First place that is not earlier.
    private static func place(of time: Int, in times: [Int]) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
