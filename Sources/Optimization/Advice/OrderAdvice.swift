/// What single moves in the submitted order would save, without anything else changed.
struct OrderAdvice {
    /// Steps tried alone; those that the returned schedule starts earliest compared with the submitted order.
    private static let maximumSingles = 48
    /// Steps tried in pairs.
    private static let maximumPaired = 12
    private static let singlesNamed = 3
    private static let pairsNamed = 2

    private struct Trial {
        let steps: [Int]
        let move: OrderMove
        let plan: Plan
    }

    private let findings: Findings
    private let scoring: Scoring
    private let generator: SerialGenerationScheme
    private var network: Network { findings.network }
    private var target: Plan { findings.best }

    init(_ findings: Findings, _ tables: NetworkTables, _ scoring: Scoring) {
        self.findings = findings
        self.scoring = scoring
        generator = SerialGenerationScheme(tables)
        generator.holdBack()
    }

    func recommendations(_ budget: inout WhatIfBudget) -> [Recommendation] {
        guard let (submitted, schedule) = findings.submitted, target.score < submitted.score else { return [] }
        let gains = (0..<network.count).map { submitted.starts[$0] - target.starts[$0] }
        let movable = (0..<network.count)
            .filter { gains[$0] > 0 && network.modes.durations[submitted.modes[$0]] > 0 }
            .sorted { (-gains[$0], $0) < (-gains[$1], $1) }

        let singles = movable.prefix(Self.maximumSingles).compactMap { best(of: [$0], submitted, &budget) }
        let alone = Dictionary(singles.map { ($0.steps[0], $0.plan.score) }, uniquingKeysWith: min)
        let pairs = pairs(movable.prefix(Self.maximumPaired).sorted(), submitted).compactMap { pair -> Trial? in
            guard let trial = best(of: pair, submitted, &budget) else { return nil }
            let better = pair.allSatisfy { trial.plan.score < alone[$0] ?? submitted.score }
            return better ? trial : nil
        }
        return named(singles, Self.singlesNamed).compactMap { startEarlier($0, schedule) }
            + named(pairs, Self.pairsNamed).compactMap { runTogether($0, schedule) }
    }

    // MARK: - Trying

    /// Pairs that overlap in the returned schedule and do not in the submitted order's.
    private func pairs(_ steps: [Int], _ submitted: Plan) -> [[Int]] {
        steps.indices.flatMap { first in
            steps[(first + 1)...].map { [steps[first], $0] }
        }.filter { overlap($0, target) && !overlap($0, submitted) }
    }

    private func overlap(_ pair: [Int], _ plan: Plan) -> Bool {
        let spans = pair.map { plan.starts[$0]..<(plan.starts[$0] + network.modes.durations[plan.modes[$0]]) }
        return spans[0].overlaps(spans[1])
    }

    /// The better of two places to move to: in front of what the returned schedule starts later, and the very front.
    ///
    /// Nil when neither makes the submitted order better and does with the steps what is said of them.
    private func best(of steps: [Int], _ submitted: Plan, _ budget: inout WhatIfBudget) -> Trial? {
        let start = steps.map { target.starts[$0] }.min() ?? 0
        let natural = (0..<steps[0]).first { target.starts[$0] > start }
        let places = [natural, 0].compactMap(\.self)
        return Set(places).sorted(by: >).compactMap { place in
            OrderMove(steps, to: place, network).flatMap { attempt(steps, $0, submitted, &budget) }
        }.min { $0.plan.score < $1.plan.score }
    }

    private func attempt(
        _ steps: [Int],
        _ move: OrderMove,
        _ submitted: Plan,
        _ budget: inout WhatIfBudget
    ) -> Trial? {
        guard !budget.isOver else { return nil }
        let list = UnsafeMutableBufferPointer<Int>.filled(network.count)
        defer { list.deallocate() }
        for (place, step) in move.order.enumerated() {
            list[place] = step
            generator.modes[step] = submitted.modes[step]
        }
        let score = scoring.score(generator, passed: generator.generate(list, .forward))
        guard score < submitted.score, steps.allSatisfy({ generator.starts[$0] < submitted.starts[$0] }) else {
            return nil
        }
        let plan = Plan(score: score, starts: Array(generator.starts.prefix(network.count)), modes: submitted.modes)
        return steps.count < 2 || overlap(steps, plan) ? Trial(steps: steps, move: move, plan: plan) : nil
    }

    private func named(_ trials: [Trial], _ count: Int) -> ArraySlice<Trial> {
        trials.sorted { first, second in
            first.plan.score < second.plan.score
                || !(second.plan.score < first.plan.score) && first.steps[0] < second.steps[0]
        }.prefix(count)
    }

    // MARK: - Words

    private func startEarlier(_ trial: Trial, _ submitted: Schedule) -> Recommendation? {
        let text = "Start \"\(findings.id(trial.steps[0]))\" earlier: put it\(along(trial)) in front of "
        return recommendation(.startEarlier, trial, submitted, text)
    }

    private func runTogether(_ trial: Trial, _ submitted: Schedule) -> Recommendation? {
        let ids = trial.steps.map { "\"\(findings.id($0))\"" }
        let text = "Run \(ids[0]) and \(ids[1]) together: put them\(along(trial)) in front of "
        return recommendation(.runTogether, trial, submitted, text)
    }

    private func along(_ trial: Trial) -> String {
        let ids = trial.move.companions.map { "\"\(findings.id($0))\"" }
        guard !ids.isEmpty else { return "" }
        let shown = ids.prefix(4).joined(separator: ", ")
        return ", and before \(trial.steps.count > 1 ? "them" : "it") \(shown)"
            + (ids.count > 4 ? " and \(ids.count - 4) more," : ",")
    }

    /// Nil: what it saves is less than can be told.
    private func recommendation(
        _ kind: Recommendation.Kind,
        _ trial: Trial,
        _ submitted: Schedule,
        _ text: String
    ) -> Recommendation? {
        let schedule = Schedule(network, trial.plan, flow: findings.flow)
        guard let saving = Saving(findings.flow, from: submitted, to: schedule) else { return nil }
        let before = findings.id(trial.move.before)
        return Recommendation(
            kind: kind,
            text: text + "\"\(before)\" in the submitted order; \(saving.text)",
            savesSeconds: saving.seconds,
            savesObjective: saving.objective,
            steps: trial.steps.map(findings.id),
            resource: nil,
            before: before,
            amount: nil,
            evidence:
                "the submitted order makes a schedule \(saving.before), with this move alone one \(saving.after), "
                + "each step as early as it then fits"
        )
    }
}

/// Steps, and what they wait for, moved forward in the submitted order.
struct OrderMove {
    /// The submitted order with the move.
    let order: [Int]
    /// The step they are now in front of.
    let before: Int
    /// What had to move along.
    let companions: [Int]

    /// - Parameters:
    ///   - steps: rising numbers.
    ///   - place: in the submitted order, which is by number; before all of `steps`.
    /// - Returns: nil when nothing changes places.
    init?(_ steps: [Int], to place: Int, _ network: Network) {
        var moved = Set(steps)
        var waiting = steps
        while let step = waiting.popLast() {
            for link in network.links.before[step] where link.other >= place && moved.insert(link.other).inserted {
                waiting.append(link.other)
            }
        }
        let rest = (place..<network.count).filter { !moved.contains($0) }
        guard let before = rest.first, let last = steps.last, before < last else { return nil }
        let sorted = moved.sorted()
        order = Array(0..<place) + sorted + rest
        self.before = before
        companions = sorted.filter { !steps.contains($0) }
    }
}
