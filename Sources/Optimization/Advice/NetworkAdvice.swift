/// What would make a network's plan shorter; every saving is the difference of two schedules that were both computed.
struct NetworkAdvice {
    private static let maximumResources = 4
    private static let maximumSteps = 4
    /// Of a budget, that is added to it.
    private static let budgetShare = 0.1

    private let flow: Flow
    private let schedule: Schedule
    private let chain: PlanChain
    private let utilization: [String: Double]
    private let solver: VariantSolver

    init(
        _ flow: Flow,
        _ schedule: Schedule,
        _ chain: PlanChain,
        _ utilization: [String: Double],
        _ solver: VariantSolver
    ) {
        self.utilization = utilization
        self.flow = flow
        self.schedule = schedule
        self.chain = chain
        self.solver = solver
    }

    /// By saving, greatest first.
    ///
    /// - Parameters:
    ///   - submitted: the schedule of the submitted order; nil: it is not sound.
    ///   - others: questions that somebody else will ask, to share the time.
    func recommendations(
        submitted: Schedule?,
        _ budget: inout WhatIfBudget,
        others: Int
    ) -> [Recommendation] {
        var questions = resourceQuestions() + budgetQuestions() + durationQuestions()
        var found: [Recommendation] = []
        if let submitted, submitted.makespan > schedule.makespan { found.append(adoption(submitted)) }
        while !questions.isEmpty {
            let left = questions.count + others
            let question = questions.removeFirst()
            guard let answer = budget.ask(of: left, { solver.solve(question.flow, $0) }),
                FixedPoint.whole(answer.makespan) < FixedPoint.whole(schedule.makespan)
            else { continue }
            found.append(question.recommendation(schedule.makespan, answer.makespan))
        }
        let order = found.indices.sorted { (-found[$0].savesSeconds, $0) < (-found[$1].savesSeconds, $1) }
        return order.map { found[$0] }
    }

    private struct Question {
        let flow: Flow
        let kind: Recommendation.Kind
        /// What to do.
        let what: String
        let steps: [String]
        let resource: String?
        let amount: Double

        func recommendation(_ before: Double, _ after: Double) -> Recommendation {
            let saved = FixedPoint.double(FixedPoint.whole(before) - FixedPoint.whole(after))
            return Recommendation(
                kind: kind,
                text: "\(what): saves \(FixedPoint.text(saved)) s",
                savesSeconds: saved,
                steps: steps,
                resource: resource,
                before: nil,
                amount: amount,
                evidence: "with that a schedule of \(FixedPoint.text(after)) s was found, as it is one of "
                    + "\(FixedPoint.text(before)) s"
            )
        }
    }

    private func adoption(_ submitted: Schedule) -> Recommendation {
        let before = Dictionary(uniqueKeysWithValues: submitted.steps.map { ($0.step, $0) })
        let moved = schedule.steps.filter { before[$0.step] != $0 }.map(\.step)
        let saved = FixedPoint.double(FixedPoint.whole(submitted.makespan) - FixedPoint.whole(schedule.makespan))
        return Recommendation(
            kind: .adoptSchedule,
            text: "Run the steps as in the schedule: \(FixedPoint.text(schedule.makespan)) s instead of "
                + "\(FixedPoint.text(submitted.makespan)) s in the submitted order; saves \(FixedPoint.text(saved)) s",
            savesSeconds: saved,
            steps: moved,
            resource: nil,
            before: nil,
            amount: nil,
            evidence: "both were scheduled; the schedule was checked against everything the flow must keep to"
        )
    }

    private func resourceQuestions() -> [Question] {
        // Those that are waited for, then those that are used most: with more of them other options may be taken.
        let busiest = utilization.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var names: [String] = []
        for name in chain.resources + busiest where !names.contains(name) { names.append(name) }
        return names.prefix(Self.maximumResources).compactMap { name in
            guard let present = flow.capacity[name] else { return nil }
            let demands = flow.steps.flatMap(\.options).compactMap { $0.resources[name] }.filter { $0 > 0 }
            guard let more = demands.max() else { return nil }
            var capacity = flow.capacity
            capacity[name] = Capacity(
                present.changes.map { .init(from: $0.from, amount: $0.amount > 0 ? $0.amount + more : 0) }
            )
            return Question(
                flow: flow.with(capacity: capacity),
                kind: .bottleneck,
                what: "\"\(name)\" is a bottleneck: \(FixedPoint.text(more)) more of it "
                    + "(\(FixedPoint.text(present.most + more)) in all)",
                steps: chain.links.filter { $0.resource == name }.map(\.step),
                resource: name,
                amount: more
            )
        }
    }

    private func budgetQuestions() -> [Question] {
        var questions: [Question] = []
        func raised(_ amount: Double) -> Double { amount + amount * Self.budgetShare }
        func ask(_ name: String, _ amount: Double, _ constraints: FlowConstraints) {
            let raised = raised(amount)
            let what = "Raise the \(name) by 10 % (\(FixedPoint.text(raised)) instead of \(FixedPoint.text(amount)))"
            questions.append(
                Question(
                    flow: flow.with(constraints: constraints),
                    kind: .raiseBudget,
                    what: what,
                    steps: [],
                    resource: nil,
                    amount: raised - amount
                )
            )
        }
        if let cost = flow.constraints.maximumCost, cost > 0 {
            var constraints = flow.constraints
            constraints.maximumCost = raised(cost)
            ask("greatest cost", cost, constraints)
        }
        for (name, amount) in flow.constraints.budgets.sorted(by: { $0.key < $1.key }).prefix(4) where amount > 0 {
            var constraints = flow.constraints
            constraints.budgets[name] = raised(amount)
            ask("budget of \"\(name)\"", amount, constraints)
        }
        return questions
    }

    private func durationQuestions() -> [Question] {
        let steps = Dictionary(uniqueKeysWithValues: flow.steps.enumerated().map { ($1.id, $0) })
        let durations = Dictionary(uniqueKeysWithValues: schedule.steps.map { ($0.step, $0.finish - $0.start) })
        let critical = chain.links.map(\.step).filter { durations[$0] ?? 0 > 0 }
            .sorted { (durations[$1] ?? 0, $0) < (durations[$0] ?? 0, $1) }
        return critical.prefix(Self.maximumSteps).compactMap { id in
            guard let place = steps[id] else { return nil }
            let step = flow.steps[place]
            var changed = flow.steps
            changed[place] = step.with(
                options: step.options.map { option in
                    let ticks = FixedPoint.whole(option.duration)
                    return option.lasting(FixedPoint.double(ticks - ticks / 10))
                }
            )
            let before = FixedPoint.whole(durations[id] ?? 0)
            return Question(
                flow: flow.with(steps: changed),
                kind: .shorten,
                what: "Make \"\(id)\" 10 % shorter (\(FixedPoint.text(before - before / 10)) s instead of "
                    + "\(FixedPoint.text(before)) s)",
                steps: [id],
                resource: nil,
                amount: FixedPoint.double(before / 10)
            )
        }
    }
}
