/// Each completed change of a flow made one version of it, in the order of the topic, and nothing else did.
enum EffectRule {
    static func violations(_ facts: CheckedFacts) -> [Violation] {
        facts.effects.sorted { $0.key < $1.key }.flatMap { key, effects in
            let counted = count(key, effects, losses: facts.history.memoryLosses)
            return counted + order(key, effects, losses: facts.history.memoryLosses)
                + last(key, effects, facts.history)
        }
    }

    private typealias Effects = [CheckedFacts.Effect]

    /// Versions that are there twice, and versions that nobody made; where Redis lost its memory, they begin anew.
    private static func count(_ key: String, _ effects: Effects, losses: Int) -> [Violation] {
        let makers = Dictionary(grouping: effects, by: \.version)
        let shared = makers.filter { $0.value.count > losses + 1 }.sorted { $0.key < $1.key }.map { version, shared in
            let jobs = shared.map(\.jobID).joined(separator: ", ")
            return Violation(.lost, "\(key): version \(version) is that of \(shared.count) jobs, \(jobs)")
        }
        guard losses == 0, let newest = makers.keys.max() else { return shared }
        let unmade = (1...max(1, newest)).filter { makers[$0] == nil }
        return shared
            + unmade.map { version in
                let next = makers[version + 1]?.first.map { "; the next one is of job \($0.jobID)" } ?? ""
                return Violation(.duplicated, "\(key): version \(version) was made by no job's only effect\(next)")
            }
    }

    private static func order(_ key: String, _ effects: Effects, losses: Int) -> [Violation] {
        var beginningsLeft = losses
        return zip(effects, effects.dropFirst()).compactMap { earlier, later in
            guard later.version < earlier.version else { return nil }
            if beginningsLeft > 0 {
                beginningsLeft -= 1
                return nil
            }
            let made = "job \(later.jobID) made version \(later.version)"
            let before = "job \(earlier.jobID) before it in the topic made \(earlier.version)"
            return Violation(.outOfOrder, "\(key): \(made), and \(before)")
        }
    }

    private static func last(_ key: String, _ effects: Effects, _ history: HistoryRecord) -> [Violation] {
        guard history.memoryLosses == 0, let stored = history.flowVersions[key] else { return [] }
        let newest = effects.map(\.version).max() ?? 0
        if stored == newest { return [] }
        let kind: Violation.Kind = stored > newest ? .duplicated : .lost
        return [Violation(kind, "\(key): its version is \(stored), and the last completed job made \(newest)")]
    }
}
