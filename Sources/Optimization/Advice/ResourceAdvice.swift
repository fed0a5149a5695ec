/// What more of a resource would save.
struct ResourceAdvice {
    /// Resources asked about, and named, at most.
    private static let maximumAsked = 8
    private static let maximumNamed = 5

    private let findings: Findings
    private var project: Project { findings.project }

    init(_ findings: Findings) {
        self.findings = findings
    }

    /// Limited resources worth asking about: those the critical path waits for first, then the busiest.
    ///
    /// None when the dependencies alone take as long.
    var resources: [Int] {
        guard findings.solution.makespan > findings.windows.length else { return [] }
        var waits = [Int](repeating: 0, count: project.resourceCount)
        for link in findings.chain.links {
            if case .resource(let resource, _) = link.reason { waits[resource] += 1 }
        }
        let order = waits.indices.sorted {
            (-waits[$0], -findings.utilization[$0], $0) < (-waits[$1], -findings.utilization[$1], $1)
        }
        return Array(order.prefix(Self.maximumAsked))
    }

    /// - Parameter left: questions left in all, to share the time.
    func recommendations(
        _ budget: inout WhatIfBudget,
        questions left: Int
    ) -> [Recommendation] {
        var found: [Recommendation] = []
        for (place, resource) in resources.enumerated() where found.count < Self.maximumNamed {
            if let recommendation = recommendation(resource, &budget, left - place) {
                found.append(recommendation)
            }
        }
        return found
    }

    private func recommendation(
        _ resource: Int,
        _ budget: inout WhatIfBudget,
        _ left: Int
    ) -> Recommendation? {
        for more in amounts(resource) {
            var capacity = findings.problem.flow.capacity
            capacity[project.resourceNames[resource]] = Capacity(FixedPoint.double(more.capacity))
            let flow = findings.problem.flow.with(capacity: capacity)
            guard let found = budget.ask(of: left, { WhatIf(findings).answer(of: flow, $0) }) else { continue }
            // The least that is enough for what was found.
            let needed = ResourceExcess(findings.problem.flow)
                .most(of: project.resourceNames[resource], in: found.schedule)
            let present = more.capacity - more.more
            if needed > 0 { return describe(resource, (needed, present + needed), found.makespan) }
        }
        return nil
    }

    /// How much more to ask about: the least that can let anything else in, the smallest and the greatest demand.
    ///
    /// Millionths.
    private func amounts(_ resource: Int) -> [(more: Int, capacity: Int)] {
        let demands = (0..<project.count).map { project.demand(of: $0, for: resource) }.filter { $0 > 0 }
        let present = FixedPoint.whole(findings.problem.flow.capacity[project.resourceNames[resource]]?.most ?? 0)
        let steps: Set<Int> = [1, demands.min() ?? 1, demands.max() ?? 1]
        return steps.sorted().map { units in
            // What a capacity has beyond whole units nobody can use.
            let capacity = (project.capacities[resource] + units) * project.resourceUnits[resource]
            return (capacity - present, capacity)
        }
    }

    private func describe(_ resource: Int, _ more: (more: Int, capacity: Int), _ found: Int) -> Recommendation {
        let name = project.resourceNames[resource]
        let present = findings.solution.makespan * project.timeUnit
        let saved = FixedPoint.text(present - found)
        return Recommendation(
            kind: .bottleneck,
            text: "\"\(name)\" is a bottleneck: \(FixedPoint.text(more.more)) more of it "
                + "(\(FixedPoint.text(more.capacity)) in all) saves \(saved) s",
            savesSeconds: FixedPoint.double(present - found),
            savesObjective: FixedPoint.double(present - found) * findings.problem.flow.objective.makespan,
            steps: waiting(resource),
            resource: name,
            before: nil,
            amount: FixedPoint.double(more.more),
            evidence: "with \(FixedPoint.text(more.capacity)) of \"\(name)\" a schedule of \(FixedPoint.text(found)) s "
                + "was found, with what there is one of \(FixedPoint.text(present)) s"
        )
    }

    /// Steps of the critical path that wait for it.
    private func waiting(_ resource: Int) -> [String] {
        findings.chain.links.compactMap { link in
            if case .resource(resource, _) = link.reason { findings.id(link.step) } else { nil }
        }
    }
}
