/// What the makespan becomes with a little more and a little less of a resource; both were scheduled anew.
package struct ResourceSensitivity: Sendable, Equatable {
    package struct Change: Sendable, Equatable {
        /// Of the resource in all; at its greatest where it changes over time.
        package let amount: Double
        /// Seconds, of the best schedule that was found.
        package let makespan: Double
    }

    /// Nil: there was no time to look.
    package let more: Change?
    /// Nil: there was no time to look, none was found, or some step needs all there is.
    package let less: Change?
}

/// Asks how much the makespan depends on each limited resource.
struct SensitivityAdvice {
    /// The busiest are asked about first.
    private static let maximumAsked = 8

    private let flow: Flow
    private let solver: VariantSolver
    private let makespan: Double
    private let names: [String]

    /// - Parameter utilization: by resource.
    init(_ flow: Flow, _ solver: VariantSolver, _ utilization: [String: Double], makespan: Double) {
        self.flow = flow
        self.solver = solver
        self.makespan = makespan
        names = utilization.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(Self.maximumAsked).map(\.key)
    }

    /// How many it asks.
    var questions: Int { 2 * names.count }

    func answers(_ budget: inout WhatIfBudget) -> [String: ResourceSensitivity] {
        var answers: [String: ResourceSensitivity] = [:]
        for (place, name) in names.enumerated() {
            let unit = unit(name)
            guard unit > 0 else { continue }
            let left = 2 * (names.count - place)
            answers[name] = ResourceSensitivity(
                more: change(name, by: unit, &budget, left),
                less: change(name, by: -unit, &budget, left - 1)
            )
        }
        return answers
    }

    /// The least amount of it that somebody asks for, in millionths.
    private func unit(_ name: String) -> Int {
        flow.steps.lazy.flatMap(\.options).map { FixedPoint.whole($0.resources[name] ?? 0) }.filter { $0 > 0 }.min()
            ?? 0
    }

    private func change(
        _ name: String,
        by amount: Int,
        _ budget: inout WhatIfBudget,
        _ left: Int
    ) -> ResourceSensitivity.Change? {
        guard let present = flow.capacity[name] else { return nil }
        let changes = present.changes.map { change in
            let present = FixedPoint.whole(change.amount)
            // Where there is none at all there is none afterwards: nobody works at night.
            let changed = present > 0 ? max(0, present + amount) : 0
            return Capacity.Change(from: change.from, amount: FixedPoint.double(changed))
        }
        var capacity = flow.capacity
        capacity[name] = Capacity(changes)
        let found = budget.ask(of: left) { solver.solve(flow.with(capacity: capacity), $0) }
        return found.map { ResourceSensitivity.Change(amount: Capacity(changes).most, makespan: bounded($0, amount)) }
    }

    /// What was found for the present flow holds with more as well.
    private func bounded(_ found: Schedule, _ amount: Int) -> Double {
        amount > 0 ? min(found.makespan, makespan) : found.makespan
    }
}
