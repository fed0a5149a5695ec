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
    private var violations: [ScheduleViolation] = []

    /// Everything that is wrong; empty for a schedule that can be run.
    ///
    /// - Parameter flow: a sound one (see `FlowProblem`).
    package static func violations(of schedule: Schedule, in flow: Flow) -> [ScheduleViolation] {
        var validator = ScheduleValidator(flow)
        validator.readTimes(schedule)
        for step in flow.steps { validator.checkDependencies(step) }
        for (name, capacity) in flow.capacity.sorted(by: { $0.key < $1.key }) {
            validator.sweep(name, FixedPoint.whole(capacity))
        }
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
        if interval.start < 0 { violations.append(.beforeStart(step: step.id, start: scheduled.start)) }
        let length = interval.finish - interval.start
        guard length != FixedPoint.whole(step.duration) else { return }
        violations.append(
            .wrongDuration(step: step.id, scheduled: FixedPoint.double(length), declared: step.duration)
        )
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

    /// Goes through all starts and finishes in order of time; what a step gives back can be taken at the same moment.
    private mutating func sweep(_ resource: String, _ capacity: Int) {
        var changes: [(time: Int, amount: Int)] = []
        for step in flow.steps {
            guard let amount = step.resources[resource].map(FixedPoint.whole), amount > 0 else { continue }
            guard let interval = intervals[step.id], interval.finish > interval.start else { continue }
            changes.append((interval.start, amount))
            changes.append((interval.finish, -amount))
        }
        changes.sort { ($0.time, $0.amount) < ($1.time, $1.amount) }
        var used = 0
        for change in changes {
            used += change.amount
            guard used > capacity else { continue }
            violations.append(
                .capacity(
                    resource: resource,
                    time: FixedPoint.double(change.time),
                    used: FixedPoint.double(used),
                    available: FixedPoint.double(capacity)
                )
            )
            return
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
