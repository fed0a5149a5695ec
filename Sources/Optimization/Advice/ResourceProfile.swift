/// How much of each resource a schedule holds, from moment to moment.
struct ResourceProfile {
    /// Starts and finishes, rising.
    private let times: [Int]
    /// Held of resource r from `times[i]` to the next: `held[i * resourceCount + r]`.
    private let held: [Int]
    private let resourceCount: Int

    init(_ project: Project, _ solution: Solution) {
        let steps = 0..<project.count
        let finishes = steps.map { solution.starts[$0] + project.durations[$0] }
        let sorted = (solution.starts + finishes).sorted()
        let times = sorted.indices.filter { $0 == 0 || sorted[$0 - 1] != sorted[$0] }.map { sorted[$0] }
        let resources = project.resourceCount
        var held = [Int](repeating: 0, count: times.count * resources)
        for step in steps where project.durations[step] > 0 {
            let start = Self.place(of: solution.starts[step], in: times)
            let finish = Self.place(of: finishes[step], in: times)
            for (resource, amount) in zip(project.demandResources[step], project.demandAmounts[step]) {
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
