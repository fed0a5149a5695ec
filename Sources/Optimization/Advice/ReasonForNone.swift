/// Why there is nothing to recommend.
enum ReasonForNone {
    /// What can be said without asking; nil when it is worth asking.
    ///
    /// Where dependencies alone fix the makespan, which is all that counts, and the submitted order already reaches it, only other
    /// work would be shorter. That is not something to optimize, so no step is then named that could be made shorter.
    static func before(_ findings: Findings) -> String? {
        let network = findings.network
        let makespan = findings.best.score.makespan
        if network.count == 0 {
            return network.begun.isEmpty
                ? "the flow has no steps" : "every step has begun: there is nothing left to plan"
        }
        guard findings.isMakespan, makespan == TimeWindows(network).length else { return nil }
        if makespan == 0 { return "no step takes any time" }
        if network.count == 1 { return "there is only one step: nothing can be put in another order" }
        if network.begun.isEmpty, findings.best.modes.reduce(0, { $0 + network.modes.durations[$1] }) == makespan {
            return "every step waits for the one before it: nothing can run at the same time"
        }
        guard findings.submitted?.plan.score.makespan == makespan else { return nil }
        return "the submitted order is already optimal: it takes no longer than the steps \(path(findings)), "
            + "each of which waits for the one before it"
    }

    /// When all questions were asked, or all there was time for.
    static func after(_ findings: Findings, isCutShort: Bool) -> String {
        let left = findings.best.score.makespan - findings.bound.makespan.units
        let open =
            findings.isMakespan
            ? "a schedule shorter by up to \(findings.network.text(left)) s is not ruled out"
            : "a better schedule is not ruled out"
        if isCutShort {
            return "there was no time or budget left to look for changes" + (findings.isOptimal ? "" : "; \(open)")
        }
        let asked =
            findings.isMakespan
            ? "neither more of one resource nor a shorter step was found to save time"
            : "no single change was found to make it better"
        let subject = findings.submitted == nil ? "schedule" : "submitted order"
        return findings.isOptimal
            ? "the \(subject) is already optimal, and \(asked)"
            : "nothing \(findings.isMakespan ? "shorter" : "better") than the \(subject) was found, and \(asked); \(open)"
    }

    private static func path(_ findings: Findings) -> String {
        let times = Dictionary(uniqueKeysWithValues: findings.schedule.steps.map { ($0.step, $0) })
        let ids = findings.chain.links.map(\.step).filter { id in times[id].map { $0.finish > $0.start } ?? false }
        let shown = ids.count <= 8 ? ids : ids.prefix(4) + ["… (\(ids.count - 7) more)"] + ids.suffix(3)
        return shown.joined(separator: " → ")
    }
}
