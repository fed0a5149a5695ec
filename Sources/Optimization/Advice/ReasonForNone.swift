/// Why there is nothing to recommend.
enum ReasonForNone {
    /// What can be said without asking; nil when it is worth asking.
    ///
    /// Where dependencies alone fix the makespan and the submitted order already reaches it, only other work would be
    /// shorter. That is not something to optimize, so no step is then named that could be made shorter.
    static func before(_ findings: Findings) -> String? {
        let project = findings.project
        let makespan = findings.solution.makespan
        if project.count == 0 { return "the flow has no steps" }
        if makespan == 0 { return "no step takes any time" }
        if project.count == 1 { return "there is only one step: nothing can be put in another order" }
        guard makespan == findings.windows.length else { return nil }
        if project.durations.reduce(0, +) == makespan {
            return "every step waits for the one before it: nothing can run at the same time"
        }
        guard findings.submitted.makespan == makespan else { return nil }
        return "the submitted order is already optimal: it takes no longer than the steps \(path(findings)), "
            + "each of which waits for the one before it"
    }

    /// When all questions were asked, or all there was time for.
    static func after(_ findings: Findings, isCutShort: Bool) -> String {
        let open =
            "a schedule shorter by up to "
            + "\(findings.project.text(findings.solution.makespan - findings.bound.units)) s is not ruled out"
        if isCutShort {
            return "there was no time or budget left to look for changes" + (findings.isOptimal ? "" : "; \(open)")
        }
        let asked = "neither more of one resource nor a shorter step was found to save time"
        return findings.isOptimal
            ? "the submitted order is already optimal, and \(asked)"
            : "nothing shorter than the submitted order was found, and \(asked); \(open)"
    }

    private static func path(_ findings: Findings) -> String {
        let ids = findings.chain.links.filter { findings.project.durations[$0.step] > 0 }.map { findings.id($0.step) }
        let shown = ids.count <= 8 ? ids : ids.prefix(4) + ["… (\(ids.count - 7) more)"] + ids.suffix(3)
        return shown.joined(separator: " → ")
    }
}
