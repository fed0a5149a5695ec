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
        let makespan: Int
    }

    private let findings: Findings
    private let memory: NetworkMemory
    private let generator: SerialGenerator
    private var project: Project { findings.project }
    private var submitted: Solution { findings.submitted }
    private var target: Solution { findings.solution }

    init(_ findings: Findings) {
        self.findings = findings
        memory = NetworkMemory(findings.project)
        generator = SerialGenerator(memory)
    }

    func recommendations(_ budget: inout WhatIfBudget) -> [Recommendation] {
        guard submitted.makespan > target.makespan else { return [] }
        let gains = (0..<project.count).map { submitted.starts[$0] - target.starts[$0] }
        let movable = (0..<project.count)
            .filter { gains[$0] > 0 && project.durations[$0] > 0 }
            .sorted { (-gains[$0], $0) < (-gains[$1], $1) }

        let singles = movable.prefix(Self.maximumSingles).compactMap { best(of: [$0], &budget) }
        let alone = Dictionary(singles.map { ($0.steps[0], $0.makespan) }, uniquingKeysWith: min)
        let pairs = pairs(movable.prefix(Self.maximumPaired).sorted()).compactMap { pair -> Trial? in
            guard let trial = best(of: pair, &budget) else { return nil }
            let better = pair.allSatisfy { trial.makespan < alone[$0] ?? submitted.makespan }
            return better ? trial : nil
        }
        return named(singles, Self.singlesNamed).map(startEarlier) + named(pairs, Self.pairsNamed).map(runTogether)
    }

    // MARK: - Trying

    /// Pairs that overlap in the returned schedule and do not in the submitted order's.
    private func pairs(_ steps: [Int]) -> [[Int]] {
        steps.indices.flatMap { first in
            steps[(first + 1)...].map { [steps[first], $0] }
        }.filter { overlap($0, target.starts) && !overlap($0, submitted.starts) }
    }

    private func overlap(_ pair: [Int], _ starts: some RandomAccessCollection<Int>) -> Bool {
        let spans = pair.map { step in
            let start = starts[starts.index(starts.startIndex, offsetBy: step)]
            return start..<(start + project.durations[step])
        }
        return spans[0].overlaps(spans[1])
    }

    /// The better of two places to move to: in front of what the returned schedule starts later, and the very front.
    ///
    /// Nil when neither shortens the submitted order and does with the steps what is said of them.
    private func best(of steps: [Int], _ budget: inout WhatIfBudget) -> Trial? {
        let first = steps[0]
        let start = steps.map { target.starts[$0] }.min() ?? 0
        let natural = (0..<first).first { target.starts[$0] > start }
        let places = [natural, 0].compactMap(\.self)
        return Set(places).sorted(by: >).compactMap { place in
            OrderMove(steps, to: place, project).flatMap { attempt(steps, $0, &budget) }
        }.min { $0.makespan < $1.makespan }
    }

    private func attempt(_ steps: [Int], _ move: OrderMove, _ budget: inout WhatIfBudget) -> Trial? {
        guard !budget.isOver else { return nil }
        let list = UnsafeMutableBufferPointer<Int>.filled(project.count)
        defer { list.deallocate() }
        for (place, step) in move.order.enumerated() { list[place] = step }
        let makespan = generator.generate(list, memory.forward)
        let starts = generator.starts
        guard makespan < submitted.makespan, steps.allSatisfy({ starts[$0] < submitted.starts[$0] }) else { return nil }
        guard steps.count < 2 || overlap(steps, starts) else { return nil }
        return Trial(steps: steps, move: move, makespan: makespan)
    }

    private func named(_ trials: [Trial], _ count: Int) -> ArraySlice<Trial> {
        trials.sorted { ($0.makespan, $0.steps[0]) < ($1.makespan, $1.steps[0]) }.prefix(count)
    }

    // MARK: - Words

    private func startEarlier(_ trial: Trial) -> Recommendation {
        let text = "Start \"\(findings.id(trial.steps[0]))\" earlier: put it\(along(trial)) in front of "
        return recommendation(.startEarlier, trial, text)
    }

    private func runTogether(_ trial: Trial) -> Recommendation {
        let ids = trial.steps.map { "\"\(findings.id($0))\"" }
        let text = "Run \(ids[0]) and \(ids[1]) together: put them\(along(trial)) in front of "
        return recommendation(.runTogether, trial, text)
    }

    private func along(_ trial: Trial) -> String {
        let ids = trial.move.companions.map { "\"\(findings.id($0))\"" }
        guard !ids.isEmpty else { return "" }
        let shown = ids.prefix(4).joined(separator: ", ")
        return ", and before \(trial.steps.count > 1 ? "them" : "it") \(shown)"
            + (ids.count > 4 ? " and \(ids.count - 4) more," : ",")
    }

    private func recommendation(_ kind: Recommendation.Kind, _ trial: Trial, _ text: String) -> Recommendation {
        let before = findings.id(trial.move.before)
        let saved = submitted.makespan - trial.makespan
        return Recommendation(
            kind: kind,
            text: text + "\"\(before)\" in the submitted order; saves \(project.text(saved)) s",
            savesSeconds: project.seconds(saved),
            savesObjective: project.seconds(saved) * findings.problem.flow.objective.makespan,
            steps: trial.steps.map(findings.id),
            resource: nil,
            before: before,
            amount: nil,
            evidence: "the submitted order takes \(project.text(submitted.makespan)) s, with this move alone "
                + "\(project.text(trial.makespan)) s, each step as early as it then fits"
        )
    }
}
