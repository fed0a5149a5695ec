/// The first of some plans that the validator has nothing against.
///
/// None is ever refused unless the search is at fault. Then a debug build stops here; a release build goes on with the
/// next, at last one step after another, and hands out what was wrong for the log: a valid schedule that is too long
/// helps the caller more than none, an invalid one does harm.
struct SoundChoice {
    let plan: Plan
    let schedule: Schedule
    /// What was wrong with the plans before it.
    let discarded: [ScheduleViolation]

    /// - Throws: `InfeasibleFlow`, unproven, where not even one step after another is a schedule.
    init(_ flow: Flow, _ network: Network, _ scoring: Scoring, _ candidates: [Plan]) throws(InfeasibleFlow) {
        var discarded: [ScheduleViolation] = []
        for candidate in candidates {
            let schedule = Schedule(network, candidate, flow: flow)
            let violations = ScheduleValidator.violations(of: schedule, in: flow)
            if violations.isEmpty {
                self.init(plan: candidate, schedule: schedule, discarded: discarded)
                return
            }
            assertionFailure("the search returned a schedule that is not valid: \(violations)")
            discarded += violations
        }
        let plan = Plan.sequential(network, scoring)
        let schedule = Schedule(network, plan, flow: flow)
        guard ScheduleValidator.violations(of: schedule, in: flow).isEmpty else {
            throw InfeasibleFlow(conflicts: [], isProven: false, isComplete: false, discarded: discarded)
        }
        self.init(plan: plan, schedule: schedule, discarded: discarded)
    }

    private init(plan: Plan, schedule: Schedule, discarded: [ScheduleViolation]) {
        self.plan = plan
        self.schedule = schedule
        self.discarded = discarded
    }
}

extension Plan {
    /// One step after another in the submitted order, each with its first option, where lags and releases let it.
    fileprivate static func sequential(_ network: Network, _ scoring: Scoring) -> Plan {
        let modes = (0..<network.count).map { network.modes.offsets[$0] }
        var now = network.begunFinish
        var starts: [Int] = []
        for step in 0..<network.count {
            var start = max(now, network.releases[step])
            for link in network.links.before[step] {
                let origin = starts[link.other] + (link.isFromFinish ? network.modes.durations[modes[link.other]] : 0)
                start = max(start, origin + link.minimum)
            }
            starts.append(start)
            now = max(now, start + network.modes.durations[modes[step]])
        }
        return Plan(score: scoring.score(starts: starts, modes: modes), starts: starts, modes: modes)
    }
}
