/// A schedule that none of the others found is both shorter and cheaper than.
package struct ParetoPoint: Sendable {
    package let schedule: Schedule
    package let figures: ScheduleFigures
}

/// The schedules of time against cost: the shortest within the cost there may be, then again with a little less, until there is
/// none (the ε-constraint method; Haimes, Lasdon, Wismer 1971).
struct ParetoFront {
    private static let maximumPoints = 20

    private let flow: Flow
    private let solver: VariantSolver
    private let present: Schedule

    init(_ flow: Flow, _ solver: VariantSolver, _ present: Schedule) {
        self.flow = flow
        self.solver = solver
        self.present = present
    }

    /// By makespan, the shortest first; never empty.
    func points(_ budget: inout WhatIfBudget) -> [ParetoPoint] {
        var found = [present]
        // The cheapest of all is the other end of the front.
        let cheap = flow.with(objective: FlowObjective(cost: 1))
        if let cheapest = budget.ask(of: Self.maximumPoints, { solver.solve(cheap, $0) }) { found.append(cheapest) }
        let least = found.map(cost).min() ?? 0
        var limit = found.map(cost).max() ?? 0
        if let shortest = budget.ask(of: Self.maximumPoints - 1, { solver.solve(flow.with(objective: .makespan), $0) })
        {
            found.append(shortest)
            limit = min(limit, shortest.ends(by: present.makespan) ? cost(shortest) : limit)
        }
        // A whole number of what all costs are multiples of: where there are few of them none is passed over.
        let unit = max(
            1,
            flow.steps.flatMap(\.options).map { FixedPoint.whole($0.cost) }.reduce(0, greatestCommonDivisor)
        )
        let stride = max(1, (limit - least) / (Self.maximumPoints - 2) / unit) * unit
        for asked in 0..<(Self.maximumPoints - 2) {
            limit -= stride
            guard limit >= least else { break }
            var constraints = flow.constraints
            constraints.maximumCost = FixedPoint.double(limit)
            let variant = flow.with(constraints: constraints, objective: .makespan)
            guard let next = budget.ask(of: Self.maximumPoints - 2 - asked, { solver.solve(variant, $0) }) else {
                break
            }
            found.append(next)
            // What is cheaper than was asked for need not be asked for again.
            limit = min(limit, cost(next))
        }
        return nonDominated(found)
    }

    private func cost(_ schedule: Schedule) -> Int { FixedPoint.whole(ScheduleFigures(flow, schedule).cost) }

    private func nonDominated(_ found: [Schedule]) -> [ParetoPoint] {
        let order = found.sorted {
            (FixedPoint.whole($0.makespan), cost($0)) < (FixedPoint.whole($1.makespan), cost($1))
        }
        var points: [ParetoPoint] = []
        var least = Int.max
        for schedule in order where cost(schedule) < least {
            least = cost(schedule)
            points.append(ParetoPoint(schedule: schedule, figures: ScheduleFigures(flow, schedule)))
        }
        return points
    }
}
