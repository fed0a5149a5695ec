/// Steps that fill a plan's makespan, each starting when the one before lets it, and why.
///
/// Unlike that of a plain flow it may have gaps: lags, releases, and moments from which there is more of a resource.
struct PlanChain {
    /// In the order they run.
    let links: [CriticalLink]
    /// Resources that somebody in it waits for, in the order they are waited for.
    let resources: [String]

    init(_ flow: Flow, _ network: Network, _ plan: Plan) {
        let tracer = PlanTracer(flow, network, plan)
        var links: [CriticalLink] = []
        var resources: [String] = []
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
            if let resource = cause.resource { resources.append(resource) }
            step = cause.after
        }
        self.links = links.reversed()
        self.resources = resources.reversed()
    }
}

/// Looks backward in a plan.
private struct PlanTracer {
    struct Cause {
        let after: Int?
        let resource: String?
        let reason: String
    }

    private let flow: Flow
    private let network: Network
    private let plan: Plan
    private var finishing: [Int: [Int]] = [:]
    /// A step that finishes last; nil without open steps.
    let last: Int?

    init(_ flow: Flow, _ network: Network, _ plan: Plan) {
        self.flow = flow
        self.network = network
        self.plan = plan
        let finishes = (0..<network.count).map { plan.starts[$0] + network.ways.durations[plan.ways[$0]] }
        for (step, finish) in finishes.enumerated() where finish > plan.starts[step] {
            finishing[finish, default: []].append(step)
        }
        last = finishes.indices.last { finishes[$0] == plan.score.makespan }
    }

    func id(_ step: Int) -> String { flow.steps[network.submittedIndex[step]].id }

    private func finish(_ step: Int) -> Int { plan.starts[step] + network.ways.durations[plan.ways[step]] }

    func cause(of step: Int) -> Cause {
        let start = plan.starts[step]
        let binding = network.links.before[step].last { link in
            start == (link.isFromFinish ? finish(link.other) : plan.starts[link.other]) + link.minimum
        }
        if let binding {
            let name = "\"\(id(binding.other))\""
            let lag = network.text(binding.minimum)
            let reason =
                binding.isFromFinish
                ? (binding.minimum == 0 ? "waits for \(name)" : "starts \(lag) s after \(name) has finished")
                : (binding.minimum == 0 ? "starts with \(name)" : "starts \(lag) s after the start of \(name)")
            return Cause(after: binding.other, resource: nil, reason: reason)
        }
        let names = network.supply.names
        for (resource, name) in names.enumerated() where network.ways.amount(plan.ways[step], of: resource) > 0 {
            let holder = (finishing[start] ?? []).first { network.ways.amount(plan.ways[$0], of: resource) > 0 }
            if let holder {
                return Cause(after: holder, resource: name, reason: "waits for \"\(name)\" held by \"\(id(holder))\"")
            }
            if let change = network.supply.times.firstIndex(of: start), change > 0,
                network.supply.amounts[change * names.count + resource]
                    > network.supply.amounts[(change - 1) * names.count + resource]
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
