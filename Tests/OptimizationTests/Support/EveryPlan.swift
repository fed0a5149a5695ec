@testable import Optimization

/// All schedules of a small flow whose times are whole seconds, tried one by one.
///
/// Shares nothing with the optimizer but the validator.
struct EveryPlan {
    private let flow: Flow
    private let horizon: Int
    private(set) var best: Double?
    private(set) var shortest: Double?
    /// By cost.
    private(set) var shortestByCost: [Int: Double] = [:]

    /// - Parameter horizon: no step starts later, in seconds.
    init(_ flow: Flow, horizon: Int) {
        self.flow = flow
        self.horizon = horizon
        extend([])
    }

    private mutating func extend(_ scheduled: [ScheduledStep]) {
        guard scheduled.count < flow.steps.count else {
            let makespan = scheduled.map(\.finish).max() ?? 0
            let schedule = Schedule(steps: scheduled, makespan: makespan)
            guard makespan <= flow.constraints.deadline ?? .infinity else { return }
            guard ScheduleValidator.violations(of: schedule, in: flow).isEmpty else { return }
            let value = value(schedule)
            best = min(best ?? value, value)
            shortest = min(shortest ?? makespan, makespan)
            let cost = Int(ScheduleFigures(flow, schedule).cost)
            shortestByCost[cost] = min(shortestByCost[cost] ?? makespan, makespan)
            return
        }
        let step = flow.steps[scheduled.count]
        if let progress = step.progress {
            let option = step.options.first { $0.name == progress.option } ?? step.options[0]
            let finish = progress.finished ?? max(flow.now, progress.started + option.duration)
            extend(scheduled + [.init(step: step.id, start: progress.started, finish: finish, option: option.name)])
            return
        }
        for option in step.options {
            for start in 0...horizon {
                let next = ScheduledStep(
                    step: step.id,
                    start: Double(start),
                    finish: Double(start) + option.duration,
                    option: option.name
                )
                guard mayStand(next, scheduled) else { continue }
                extend(scheduled + [next])
            }
        }
    }

    /// What can be seen without the others; the validator decides.
    private func mayStand(_ next: ScheduledStep, _ scheduled: [ScheduledStep]) -> Bool {
        let step = flow.steps[scheduled.count]
        guard next.start >= max(step.release, flow.now) else { return false }
        let times = Dictionary(uniqueKeysWithValues: scheduled.map { ($0.step, $0) })
        guard step.dependencies.allSatisfy({ times[$0]?.finish ?? 0 <= next.start }) else { return false }
        return step.lags.allSatisfy { lag in
            guard let other = times[lag.step] else { return true }
            let passed = next.start - (lag.origin == .start ? other.start : other.finish)
            return passed >= lag.minimum && passed <= lag.maximum ?? .infinity
        }
    }

    private func value(_ schedule: Schedule) -> Double {
        let objective = flow.objective
        var (cost, lateness) = (0.0, 0.0)
        var qualities: [Double] = []
        for (step, scheduled) in zip(flow.steps, schedule.steps) {
            guard let option = step.options.first(where: { $0.name == scheduled.option }) else { continue }
            cost += option.cost
            if let quality = option.quality { qualities.append(quality) }
            if let due = step.due, step.progress?.finished == nil {
                lateness += max(0, scheduled.finish - due) * step.weight
            }
        }
        let quality: Double =
            switch flow.constraints.minimumQuality?.measure ?? .mean {
            case _ where qualities.isEmpty: 1
            case .minimum: qualities.min() ?? 1
            case .mean: qualities.reduce(0, +) / Double(qualities.count)
            case .product: qualities.reduce(1, *)
            }
        return objective.makespan * schedule.makespan + objective.cost * cost - objective.quality * quality + lateness
    }
}
