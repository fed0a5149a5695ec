/// Says whether a schedule is one of a flow, from the two alone.
///
/// It shares nothing with what makes schedules but the rounding of numbers to millionths, so a fault there is found here.
package struct ScheduleValidator {
    private struct Interval {
        let start: Int
        let finish: Int
    }

    private let flow: Flow
    private let stepOf: [String: FlowStep]
    private var intervals: [String: Interval] = [:]
    /// The option each step runs with.
    private var options: [String: StepOption] = [:]
    private var violations: [ScheduleViolation] = []

    /// Everything that is wrong; empty for a schedule that can be run.
    ///
    /// A missed deadline is nothing that is wrong: it is to be read from the makespan. What has begun is not questioned but
    /// that it is where it is.
    ///
    /// - Parameter flow: a sound one (see `FlowProblem`).
    package static func violations(of schedule: Schedule, in flow: Flow) -> [ScheduleViolation] {
        var validator = ScheduleValidator(flow)
        validator.readTimes(schedule)
        for step in flow.steps where step.progress == nil {
            validator.checkDependencies(step)
            validator.checkLags(step)
        }
        for (name, capacity) in flow.capacity.sorted(by: { $0.key < $1.key }) { validator.sweep(name, capacity) }
        validator.checkTotals()
        validator.checkMakespan(schedule)
        return validator.violations
    }

    private init(_ flow: Flow) {
        self.flow = flow
        stepOf = Dictionary(flow.steps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func readTimes(_ schedule: Schedule) {
        var seen: Set<String> = []
        for scheduled in schedule.steps {
            guard let step = stepOf[scheduled.step] else {
                violations.append(.unknownStep(scheduled.step))
                continue
            }
            guard seen.insert(step.id).inserted else {
                violations.append(.repeatedStep(step.id))
                continue
            }
            guard Self.isTime(scheduled.start), Self.isTime(scheduled.finish) else {
                violations.append(.notATime(step: step.id))
                continue
            }
            readInterval(step, scheduled)
        }
        for step in flow.steps where !seen.contains(step.id) { violations.append(.missingStep(step.id)) }
    }

    private mutating func readInterval(_ step: FlowStep, _ scheduled: ScheduledStep) {
        let interval = Interval(
            start: FixedPoint.whole(scheduled.start),
            finish: FixedPoint.whole(scheduled.finish)
        )
        intervals[step.id] = interval
        guard let option = step.options.first(where: { $0.name == scheduled.option }) else {
            violations.append(.unknownOption(step: step.id, option: scheduled.option))
            return
        }
        options[step.id] = option
        if let progress = step.progress {
            checkProgress(step, progress, option, interval)
            return
        }
        if interval.start < max(FixedPoint.whole(step.release), FixedPoint.whole(flow.now)) {
            violations.append(.beforeStart(step: step.id, start: scheduled.start))
        }
        let length = interval.finish - interval.start
        guard length != FixedPoint.whole(option.duration) else { return }
        violations.append(
            .wrongDuration(step: step.id, scheduled: FixedPoint.double(length), declared: option.duration)
        )
    }

    private mutating func checkProgress(
        _ step: FlowStep,
        _ progress: StepProgress,
        _ option: StepOption,
        _ interval: Interval
    ) {
        let running = max(
            FixedPoint.whole(flow.now),
            FixedPoint.whole(progress.started) + FixedPoint.whole(option.duration)
        )
        let isKept =
            interval.start == FixedPoint.whole(progress.started)
            && interval.finish == progress.finished.map(FixedPoint.whole) ?? running
            && (progress.option ?? option.name) == option.name
        if !isKept { violations.append(.movedAfterStart(step: step.id)) }
    }

    private mutating func checkDependencies(_ step: FlowStep) {
        guard let interval = intervals[step.id] else { return }
        for dependency in step.dependencies {
            guard let other = intervals[dependency], other.finish > interval.start else { continue }
            violations.append(
                .dependency(
                    step: step.id,
                    dependency: dependency,
                    start: FixedPoint.double(interval.start),
                    finish: FixedPoint.double(other.finish)
                )
            )
        }
    }

    private mutating func checkLags(_ step: FlowStep) {
        guard let interval = intervals[step.id] else { return }
        for lag in step.lags {
            guard let other = intervals[lag.step] else { continue }
            let passed = interval.start - (lag.origin == .start ? other.start : other.finish)
            let isTooLong = lag.greatest(in: stepOf).map { passed > $0 } ?? false
            guard passed < FixedPoint.whole(lag.minimum) || isTooLong else { continue }
            violations.append(.lag(step: step.id, other: lag.step, passed: FixedPoint.double(passed)))
        }
    }

    /// Goes through all changes in order of time; what a step gives back can be taken at the same moment.
    ///
    /// Where only what has begun holds more than there is, nobody is to blame.
    private mutating func sweep(_ resource: String, _ capacity: Capacity) {
        /// Of what is held, of that by steps that are to be planned, and of what there is.
        ///
        /// Wide, as a schedule that is at fault may hold everything at once.
        typealias Change = (time: Int, held: Int128, planned: Int128, available: Int128)
        var changes: [Change] = []
        for step in flow.steps {
            guard let whole = options[step.id]?.resources[resource].map(FixedPoint.whole), whole > 0 else { continue }
            guard let interval = intervals[step.id], interval.finish > interval.start else { continue }
            // What was over by now took nothing from what is planned.
            if step.progress != nil, interval.finish <= FixedPoint.whole(flow.now) { continue }
            let amount = Int128(whole)
            let planned = step.progress == nil ? amount : 0
            changes.append((interval.start, amount, planned, 0))
            changes.append((interval.finish, -amount, -planned, 0))
        }
        var before: Int128 = 0
        for (place, change) in capacity.changes.enumerated() {
            let amount = Int128(FixedPoint.whole(change.amount))
            // Before the flow's start there is as much as at its start.
            let from = place == 0 ? Int.min : FixedPoint.whole(change.from)
            changes.append((from, 0, 0, amount - before))
            before = amount
        }
        changes.sort { $0.time < $1.time }
        var (held, planned, available): (Int128, Int128, Int128) = (0, 0, 0)
        for (place, change) in changes.enumerated() {
            held += change.held
            planned += change.planned
            available += change.available
            let isLast = place + 1 == changes.count || changes[place + 1].time != change.time
            guard isLast, planned > 0, held > available else { continue }
            violations.append(
                .capacity(
                    resource: resource,
                    time: FixedPoint.double(change.time),
                    used: Double(held) / Double(FixedPoint.scale),
                    available: Double(available) / Double(FixedPoint.scale)
                )
            )
            return
        }
    }

    private mutating func checkTotals() {
        let totals = FlowTotals(flow.steps.compactMap { options[$0.id] })
        let constraints = flow.constraints
        if let maximum = constraints.maximumCost, totals.wholeCost > FixedPoint.whole(maximum) {
            violations.append(.cost(totals.cost, maximum: maximum))
        }
        for (name, budget) in constraints.budgets.sorted(by: { $0.key < $1.key }) {
            guard totals.wholeUse(of: name) > FixedPoint.whole(budget) else { continue }
            violations.append(.budget(name, used: totals.used(name), available: budget))
        }
        if let least = constraints.minimumQuality {
            let quality = totals.quality(least.measure)
            if quality < least.value - FlowTotals.qualityTolerance {
                violations.append(.quality(quality, minimum: least.value))
            }
        }
    }

    private mutating func checkMakespan(_ schedule: Schedule) {
        let actual = intervals.values.reduce(0) { max($0, $1.finish) }
        guard !Self.isTime(schedule.makespan) || FixedPoint.whole(schedule.makespan) != actual else { return }
        violations.append(.wrongMakespan(stated: schedule.makespan, actual: FixedPoint.double(actual)))
    }

    /// False also for NaN.
    private static func isTime(_ seconds: Double) -> Bool {
        seconds.magnitude <= 1e12
    }
}
