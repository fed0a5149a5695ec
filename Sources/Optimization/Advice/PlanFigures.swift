/// Slack and use of resources of a plan.
struct PlanFigures {
    private let network: Network
    private let plan: Plan

    init(_ network: Network, _ plan: Plan) {
        self.network = network
        self.plan = plan
    }

    /// Units of time by which each step can start later, all at once, with makespan, links and due dates kept as they are; 0 for
    /// steps that are linked to the start of another.
    func slack(_ tables: NetworkTables) -> [Int] {
        let count = network.count
        let generator = SerialGenerationScheme(tables)
        let list = UnsafeMutableBufferPointer<Int>.filled(count)
        defer { list.deallocate() }
        let horizon = plan.score.makespan
        for step in 0..<count {
            generator.modes[step] = plan.modes[step]
            generator.held[step] = horizon - latestFinish(step)
            // Those that are linked to the start of another do not move: the other may come before them in the list.
            generator.finishes[step] = horizon - plan.starts[step]
        }
        // By falling finish: then each finds at least the place it has now.
        let order = (0..<count).sorted { (finish($0), $0) > (finish($1), $1) }
        for (place, step) in order.enumerated() { list[place] = step }
        _ = generator.generate(list, .backward(horizon: horizon), isHolding: true)
        return (0..<count).map { max(0, horizon - generator.finishes[$0] - plan.starts[$0]) }
    }

    private func finish(_ step: Int) -> Int { plan.starts[step] + network.modes.durations[plan.modes[step]] }

    /// With what comes before it where it is.
    private func latestFinish(_ step: Int) -> Int {
        var start = network.latest[step]
        guard network.links.before[step].allSatisfy(\.isFromFinish) else { return finish(step) }
        for link in network.links.before[step] where link.maximum < Int.max {
            start = min(start, (link.isFromFinish ? finish(link.other) : plan.starts[link.other]) + link.maximum)
        }
        let duration = network.modes.durations[plan.modes[step]]
        var latest = start == Int.max ? plan.score.makespan : min(plan.score.makespan, start + duration)
        if network.dues[step] < Int.max { latest = min(latest, max(finish(step), network.dues[step])) }
        return latest
    }

    /// Share of each limited resource that is in use between now and the makespan, 0…1.
    func utilization() -> [String: Double] {
        let supply = network.supply
        let resources = supply.names.count
        var used = [Double](repeating: 0, count: resources)
        for step in 0..<network.count {
            let mode = plan.modes[step]
            for place in network.modes.resources.offsets[mode]..<network.modes.resources.offsets[mode + 1] {
                let amount = Double(network.modes.amounts.items[place])
                used[network.modes.resources.items[place]] += amount * Double(network.modes.durations[mode])
            }
        }
        var available = [Double](repeating: 0, count: resources)
        for (change, time) in supply.times.enumerated() {
            let next = change + 1 < supply.times.count ? supply.times[change + 1] : Int.max
            let length = min(next, plan.score.makespan) - max(time, network.now)
            guard length > 0 else { continue }
            for resource in 0..<resources {
                available[resource] += Double(max(0, supply.amounts[change * resources + resource])) * Double(length)
            }
        }
        let shares = zip(supply.names, zip(used, available)).map { name, pair in
            (name, pair.1 > 0 ? min(1, pair.0 / pair.1) : 0)
        }
        return Dictionary(uniqueKeysWithValues: shares)
    }
}
