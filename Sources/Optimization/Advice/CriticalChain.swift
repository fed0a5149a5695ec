/// Steps that fill a plan's makespan, each starting when the one before lets it, and why.
///
/// There are gaps in it only where lags, releases, and moments from which there is more of a resource make them.
struct CriticalChain {
    /// In the order they run.
    let links: [CriticalLink]

    init(_ flow: Flow, _ network: Network, _ plan: Plan) {
        let tracer = Tracer(flow, network, plan)
        var links: [CriticalLink] = []
        var step = tracer.last
        // Times never rise on the way back, and a step is looked at once.
        var seen: Set<Int> = []
        while let current = step, seen.insert(current).inserted {
            let cause = tracer.cause(of: current)
            links.append(
                CriticalLink(
                    step: tracer.id(current),
                    after: cause.after.map(tracer.id),
                    resource: cause.resource,
                    reason: cause.reason
                )
            )
            step = cause.after
        }
        self.links = links.reversed()
    }
}

/// Looks backward in a plan.
private struct Tracer {
    struct Cause {
        let after: Int?
        let resource: String?
        let reason: String
    }

    private let flow: Flow
    private let network: Network
    private let plan: Plan
    private let profile: ResourceProfile
    /// Steps that take time, by when they finish.
    private var finishing: [Int: [Int]] = [:]
    /// A step that finishes last; nil without open steps.
    let last: Int?

    init(_ flow: Flow, _ network: Network, _ plan: Plan) {
        self.flow = flow
        self.network = network
        self.plan = plan
        profile = ResourceProfile(network, plan)
        let finishes = (0..<network.count).map { plan.starts[$0] + network.modes.durations[plan.modes[$0]] }
        for (step, finish) in finishes.enumerated() where finish > plan.starts[step] {
            finishing[finish, default: []].append(step)
        }
        // Of those the last by number: a milestone at the end stands behind what it waits for.
        last = finishes.indices.last { finishes[$0] == plan.score.makespan }
    }

    func id(_ step: Int) -> String { flow.steps[network.submittedIndex[step]].id }

    private func finish(_ step: Int) -> Int { plan.starts[step] + network.modes.durations[plan.modes[step]] }

    func cause(of step: Int) -> Cause {
        let start = plan.starts[step]
        let binding = network.links.before[step].filter { link in
            start == (link.isFromFinish ? finish(link.other) : plan.starts[link.other]) + link.minimum
        }.max { $0.other < $1.other }
        if let binding {
            let name = "\"\(id(binding.other))\""
            let lag = network.text(binding.minimum)
            let reason =
                binding.isFromFinish
                ? (binding.minimum == 0 ? "waits for \(name)" : "starts \(lag) s after \(name) has finished")
                : (binding.minimum == 0 ? "starts with \(name)" : "starts \(lag) s after the start of \(name)")
            return Cause(after: binding.other, resource: nil, reason: reason)
        }
        let supply = network.supply
        let change = (supply.times.lastIndex { $0 < start }) ?? 0
        for (resource, name) in supply.names.enumerated() {
            let amount = network.modes.amount(plan.modes[step], of: resource)
            guard amount > 0 else { continue }
            let available = supply.amounts[change * supply.names.count + resource]
            let isShort = profile.held(resource, before: start) + amount > available
            let holder = (finishing[start] ?? []).first { network.modes.amount(plan.modes[$0], of: resource) > 0 }
            if isShort, let holder {
                return Cause(after: holder, resource: name, reason: "waits for \"\(name)\" held by \"\(id(holder))\"")
            }
            if isShort, change + 1 < supply.times.count, supply.times[change + 1] == start,
                supply.amounts[(change + 1) * supply.names.count + resource] > available
            {
                return Cause(
                    after: nil,
                    resource: name,
                    reason: "waits until there is more of \"\(name)\" at \(network.text(start)) s"
                )
            }
        }
        if start == network.releases[step] {
            let reason = start == 0 ? "starts at once" : "starts as early as it may, at \(network.text(start)) s"
            return Cause(after: nil, resource: nil, reason: reason)
        }
        if let other = finishing[start]?.first {
            return Cause(after: other, resource: nil, reason: "runs after \"\(id(other))\"")
        }
        return Cause(after: nil, resource: nil, reason: "is held back, so that no greatest lag behind it is passed")
    }
}
