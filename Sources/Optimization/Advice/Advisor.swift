/// What is recommended; never both parts.
struct Advice {
    /// By saving of the objective, greatest first.
    let recommendations: [Recommendation]
    /// Why there are none.
    let reasonForNone: String?
}

/// Asks what would make a flow's schedule better in its objective and puts the answers in order of effect; every saving is the
/// difference of two schedules that were both computed.
struct Advisor {
    /// Resources and steps asked about, and named, at most.
    private static let maximumResources = 8
    private static let resourcesNamed = 5
    private static let maximumSteps = 6
    private static let stepsNamed = 3
    private static let maximumGaps = 4
    /// Of a budget, that is added to it.
    private static let budgetShare = 0.1

    private let findings: Findings
    private let solver: VariantSolver
    private let tables: NetworkTables
    private let scoring: Scoring
    private var flow: Flow { findings.flow }
    private var schedule: Schedule { findings.schedule }
    private var chain: CriticalChain { findings.chain }

    init(_ findings: Findings, _ solver: VariantSolver, _ tables: NetworkTables, _ scoring: Scoring) {
        self.findings = findings
        self.solver = solver
        self.tables = tables
        self.scoring = scoring
    }

    /// - Parameter others: questions that somebody else will ask, to share the time.
    func advice(_ budget: inout WhatIfBudget, others: Int) -> Advice {
        if let reason = ReasonForNone.before(findings) { return Advice(recommendations: [], reasonForNone: reason) }
        var found = adoption.map { [$0] } ?? []
        if concernsTime { found += OrderAdvice(findings, tables, scoring).recommendations(&budget) }
        let (gaps, resources, budgets) = (gapQuestions(), resourceQuestions(), budgetQuestions())
        let durations = durationQuestions()
        var left = gaps.count + resources.count + budgets.count + durations.count + others
        found += ask(gaps, &budget, &left)
        found += ask(resources, atMost: Self.resourcesNamed, &budget, &left)
        found += ask(budgets, &budget, &left)
        found += bySaving(ask(durations, &budget, &left)).prefix(Self.stepsNamed)
        guard !found.isEmpty else {
            return Advice(recommendations: [], reasonForNone: ReasonForNone.after(findings, isCutShort: budget.isOver))
        }
        return Advice(recommendations: bySaving(found), reasonForNone: nil)
    }

    /// Stable: at equal savings the simpler kind stays first.
    private func bySaving(_ found: [Recommendation]) -> [Recommendation] {
        found.indices.sorted { (-found[$0].savesObjective, $0) < (-found[$1].savesObjective, $1) }.map { found[$0] }
    }

    /// - Parameters:
    ///   - subjects: each with questions of which the first that saves something is enough.
    ///   - most: answers after which no more is asked.
    ///   - left: subjects that are left in all, to share the time.
    private func ask(
        _ subjects: [[Question]],
        atMost most: Int = .max,
        _ budget: inout WhatIfBudget,
        _ left: inout Int
    ) -> [Recommendation] {
        var found: [Recommendation] = []
        for subject in subjects {
            defer { left -= 1 }
            guard found.count < most else { continue }
            for question in subject {
                guard let answer = budget.ask(of: left, { solver.solve(question.flow, $0) }),
                    let saving = Saving(flow, from: schedule, to: answer, in: question.flow),
                    let recommendation = recommendation(question, answer, saving)
                else { continue }
                found.append(recommendation)
                break
            }
        }
        return found
    }

    private struct Question {
        let flow: Flow
        let kind: Recommendation.Kind
        /// What to do, by the amount that is enough for it (millionths); what it saves is said behind it.
        let what: (Int) -> String
        let steps: [String]
        let resource: String?
        /// What was tried, in millionths.
        let amount: Int
    }

    private func recommendation(_ question: Question, _ answer: Schedule, _ saving: Saving) -> Recommendation? {
        var amount = question.amount
        if let resource = question.resource {
            amount = ResourceExcess(flow).most(of: resource, in: answer)
            // With what there is, too: then it is no change that saves it.
            guard amount > 0 else { return nil }
        }
        return Recommendation(
            kind: question.kind,
            text: "\(question.what(amount)) \(saving.text)",
            savesSeconds: saving.seconds,
            savesObjective: saving.objective,
            steps: question.steps,
            resource: question.resource,
            before: nil,
            amount: FixedPoint.double(amount),
            evidence: "with that a schedule \(saving.after) was found, as it is one \(saving.before)"
        )
    }

    private var adoption: Recommendation? {
        guard let submitted = findings.submitted?.schedule, let saving = Saving(flow, from: submitted, to: schedule)
        else { return nil }
        let before = Dictionary(uniqueKeysWithValues: submitted.steps.map { ($0.step, $0) })
        return Recommendation(
            kind: .adoptSchedule,
            text: "Run the steps as in the schedule: \(saving.change) in the submitted order; \(saving.text)",
            savesSeconds: saving.seconds,
            savesObjective: saving.objective,
            steps: schedule.steps.filter { before[$0.step] != $0 }.map(\.step),
            resource: nil,
            before: nil,
            amount: nil,
            evidence: "both were scheduled; the schedule was checked against everything the flow must keep to"
        )
    }

    /// Whether a shorter schedule can be a better one.
    private var concernsTime: Bool {
        flow.objective.makespan > 0 || flow.constraints.deadline != nil || flow.steps.contains { $0.due != nil }
    }

    /// Times in which there is less of a resource than afterwards, those first for whose end a step of the critical path waits.
    private func gapQuestions() -> [[Question]] {
        guard concernsTime else { return [] }
        var gaps: [(name: String, place: Int, isWaitedFor: Bool)] = []
        for (name, capacity) in flow.capacity.sorted(by: { $0.key < $1.key }) {
            for (place, change) in capacity.changes.enumerated().dropLast() {
                let next = capacity.changes[place + 1]
                let end = FixedPoint.whole(next.from)
                guard FixedPoint.whole(change.amount) < FixedPoint.whole(next.amount),
                    end > FixedPoint.whole(flow.now),
                    FixedPoint.whole(change.from) < FixedPoint.whole(schedule.makespan)
                else { continue }
                let isWaitedFor = chain.links.contains { link in
                    link.resource == name && link.after == nil
                        && schedule.steps.contains { $0.step == link.step && FixedPoint.whole($0.start) == end }
                }
                gaps.append((name, place, isWaitedFor))
            }
        }
        let waitedFor = gaps.filter(\.isWaitedFor) + gaps.filter { !$0.isWaitedFor }
        return waitedFor.prefix(Self.maximumGaps).map { gap -> [Question] in
            let present = flow.capacity[gap.name]?.changes ?? []
            let (low, next) = (present[gap.place], present[gap.place + 1])
            var changes = present
            changes[gap.place] = .init(from: low.from, amount: next.amount)
            var capacity = flow.capacity
            capacity[gap.name] = Capacity(changes)
            let amount = FixedPoint.text(low.amount)
            let times = "from \(FixedPoint.text(low.from)) s to \(FixedPoint.text(next.from)) s"
            let what = { (more: Int) in
                FixedPoint.whole(low.amount) > 0
                    ? "There is only \(amount) of \"\(gap.name)\" \(times): \(FixedPoint.text(more)) more of it then"
                    : "There is none of \"\(gap.name)\" \(times): \(FixedPoint.text(more)) of it then, too"
            }
            return [
                Question(
                    flow: flow.with(capacity: capacity),
                    kind: .closeGap,
                    what: what,
                    steps: chain.links.filter { $0.resource == gap.name }.map(\.step),
                    resource: gap.name,
                    amount: FixedPoint.whole(next.amount) - FixedPoint.whole(low.amount)
                )
            ]
        }
    }

    private func resourceQuestions() -> [[Question]] {
        // Where dependencies alone take as long, and nothing else counts, more of no resource helps.
        guard concernsTime,
            !findings.isMakespan || findings.best.score.makespan > TimeWindows(findings.network).length
        else { return [] }
        // Those that are waited for most, then those that are used most: with more of them other options may be taken.
        var waits: [String: Int] = [:]
        for link in chain.links { if let name = link.resource { waits[name, default: 0] += 1 } }
        let names = findings.utilization.filter { $0.value > 0 }.sorted { first, second in
            (-waits[first.key, default: 0], -first.value, first.key)
                < (-waits[second.key, default: 0], -second.value, second.key)
        }.map(\.key)
        return names.prefix(Self.maximumResources).compactMap { name -> [Question]? in
            guard let present = flow.capacity[name] else { return nil }
            let demands = flow.steps.lazy.flatMap(\.options).filter { FixedPoint.whole($0.duration) > 0 }
                .compactMap { $0.resources[name].map(FixedPoint.whole) }.filter { $0 > 0 }
            guard let greatest = demands.max(), let least = demands.min() else { return nil }
            let unit = max(1, demands.reduce(0, greatestCommonDivisor))
            let most = FixedPoint.whole(present.most)
            // What there is beyond whole units nobody can use.
            let rest = most % unit
            let amounts = Set([unit, least, greatest].map { $0 - rest }).filter { $0 > 0 }.sorted()
            return amounts.map { more in
                var capacity = flow.capacity
                // Where there is none at all there is none afterwards: nobody works at night.
                capacity[name] = Capacity(
                    present.changes.map { change -> Capacity.Change in
                        let amount = FixedPoint.whole(change.amount)
                        return Capacity.Change(
                            from: change.from,
                            amount: amount > 0 ? FixedPoint.double(amount + more) : 0
                        )
                    }
                )
                return Question(
                    flow: flow.with(capacity: capacity),
                    kind: .bottleneck,
                    what: {
                        "\"\(name)\" is a bottleneck: \(FixedPoint.text($0)) more of it (\(FixedPoint.text(most + $0)) in all)"
                    },
                    steps: chain.links.filter { $0.resource == name }.map(\.step),
                    resource: name,
                    amount: more
                )
            }
        }
    }

    private func budgetQuestions() -> [[Question]] {
        var questions: [[Question]] = []
        func raised(_ amount: Double) -> Double { amount + amount * Self.budgetShare }
        func ask(_ name: String, _ amount: Double, _ constraints: FlowConstraints) {
            let raised = raised(amount)
            let what = "Raise the \(name) by 10 % (\(FixedPoint.text(raised)) instead of \(FixedPoint.text(amount))):"
            let more = FixedPoint.whole(raised) - FixedPoint.whole(amount)
            questions.append([
                Question(
                    flow: flow.with(constraints: constraints),
                    kind: .raiseBudget,
                    what: { _ in what },
                    steps: [],
                    resource: nil,
                    amount: more
                )
            ])
        }
        // More time helps what is not to be short alone.
        if let deadline = flow.constraints.deadline, deadline > 0, !flow.objective.isMakespan {
            var constraints = flow.constraints
            constraints.deadline = raised(deadline)
            ask("time until the deadline", deadline, constraints)
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

    private func durationQuestions() -> [[Question]] {
        guard concernsTime else { return [] }
        let steps = Dictionary(uniqueKeysWithValues: flow.steps.enumerated().map { ($1.id, $0) })
        let durations = Dictionary(uniqueKeysWithValues: schedule.steps.map { ($0.step, $0.finish - $0.start) })
        let lengths = chain.links.map { (id: $0.step, duration: durations[$0.step] ?? 0, place: steps[$0.step] ?? 0) }
        let critical = lengths.filter { $0.duration > 0 }
            .sorted { (-$0.duration, $0.place) < (-$1.duration, $1.place) }.map(\.id)
        return critical.prefix(Self.maximumSteps).compactMap { id -> [Question]? in
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
            let what =
                "Make \"\(id)\" 10 % shorter (\(FixedPoint.text(before - before / 10)) s instead of "
                + "\(FixedPoint.text(before)) s):"
            return [
                Question(
                    flow: flow.with(steps: changed),
                    kind: .shorten,
                    what: { _ in what },
                    steps: [id],
                    resource: nil,
                    amount: before / 10
                )
            ]
        }
    }
}
