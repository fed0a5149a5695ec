/// One way to run a step.
package struct StepOption: Sendable, Equatable {
    /// Of its own within the step.
    package let name: String
    /// Seconds, 0 or more.
    package let duration: Double
    /// Amount of each resource that is held while the step runs.
    package let resources: [String: Double]
    /// 0 or more, in the flow's own currency.
    package let cost: Double
    /// 0…1; nil: the step does not count for the flow's quality.
    package let quality: Double?

    package init(
        name: String,
        duration: Double,
        resources: [String: Double] = [:],
        cost: Double = 0,
        quality: Double? = nil
    ) {
        self.name = name
        self.duration = duration
        self.resources = resources
        self.cost = cost
        self.quality = quality
    }

    /// The same with another duration.
    func lasting(_ duration: Double) -> StepOption {
        StepOption(name: name, duration: duration, resources: resources, cost: cost, quality: quality)
    }
}

/// A step starts some time after another one.
package struct StepLag: Sendable, Equatable {
    package enum Origin: String, Sendable, CaseIterable {
        case start
        case finish
    }

    /// Id of the other step, the one that comes first.
    package let step: String
    /// What the time is counted from.
    package let origin: Origin
    /// Seconds, 0 or more.
    package let minimum: Double
    /// Seconds, not less than `minimum`; nil: any.
    package let maximum: Double?

    package init(step: String, from origin: Origin = .finish, minimum: Double = 0, maximum: Double? = nil) {
        self.step = step
        self.origin = origin
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// What has become of a step that has begun.
package struct StepProgress: Sendable, Equatable {
    /// Seconds from the flow's start.
    package let started: Double
    /// Nil: it is still running.
    package let finished: Double?
    /// Name of the option it runs with; nil: the step has only one.
    package let option: String?

    package init(started: Double, finished: Double? = nil, option: String? = nil) {
        self.started = started
        self.finished = finished
        self.option = option
    }
}

/// One piece of work of a flow.
package struct FlowStep: Sendable, Equatable {
    package let id: String
    /// Modes to run it, at least one.
    package let options: [StepOption]
    /// Ids of the steps that must have finished before this one starts.
    ///
    /// Naming one twice changes nothing.
    package let dependencies: [String]
    package let lags: [StepLag]
    /// Seconds from the flow's start before which it must not start.
    package let release: Double
    /// Seconds from the flow's start by which it should have finished.
    package let due: Double?
    /// What a second of lateness costs in the objective.
    package let weight: Double
    package let progress: StepProgress?

    package init(
        id: String,
        options: [StepOption],
        dependencies: [String] = [],
        lags: [StepLag] = [],
        release: Double = 0,
        due: Double? = nil,
        weight: Double = 1,
        progress: StepProgress? = nil
    ) {
        self.id = id
        self.options = options
        self.dependencies = dependencies
        self.lags = lags
        self.release = release
        self.due = due
        self.weight = weight
        self.progress = progress
    }

    /// A step that can be run in one way only.
    package init(id: String, duration: Double, resources: [String: Double] = [:], dependencies: [String] = []) {
        self.init(
            id: id,
            options: [StepOption(name: Self.onlyOption, duration: duration, resources: resources)],
            dependencies: dependencies
        )
    }

    /// Name of the option of a step that was given none.
    package static let onlyOption = "only"

    /// The same step with something else.
    func with(
        options: [StepOption]? = nil,
        dependencies: [String]? = nil,
        lags: [StepLag]? = nil,
        release: Double? = nil
    ) -> FlowStep {
        FlowStep(
            id: id,
            options: options ?? self.options,
            dependencies: dependencies ?? self.dependencies,
            lags: lags ?? self.lags,
            release: release ?? self.release,
            due: due,
            weight: weight,
            progress: progress
        )
    }
}

/// How much there is of a resource, from moment to moment.
package struct Capacity: Sendable, Equatable {
    package struct Change: Sendable, Equatable {
        /// Seconds from the flow's start.
        package let from: Double
        package let amount: Double

        package init(from: Double, amount: Double) {
            self.from = from
            self.amount = amount
        }
    }

    /// Rising; the first from 0, the last for ever.
    package let changes: [Change]

    package init(_ changes: [Change]) {
        self.changes = changes
    }

    package init(_ amount: Double) {
        changes = [Change(from: 0, amount: amount)]
    }

    /// The most there ever is.
    package var most: Double { changes.reduce(0) { max($0, $1.amount) } }
    package var isConstant: Bool { changes.count == 1 }
}

/// What the whole flow must keep to.
package struct FlowConstraints: Sendable, Equatable {
    package struct Quality: Sendable, Equatable {
        /// How the qualities of steps make up the flow's.
        package enum Measure: String, Sendable, CaseIterable {
            case minimum
            case mean
            case product
        }

        /// 0…1.
        package let value: Double
        package let measure: Measure

        package init(_ value: Double, _ measure: Measure) {
            self.value = value
            self.measure = measure
        }
    }

    /// Seconds from the flow's start.
    package var deadline: Double?
    package var maximumCost: Double?
    package var minimumQuality: Quality?
    /// What the chosen options may hold of a resource in all, added up over the steps.
    package var budgets: [String: Double]

    package init(
        deadline: Double? = nil,
        maximumCost: Double? = nil,
        minimumQuality: Quality? = nil,
        budgets: [String: Double] = [:]
    ) {
        self.deadline = deadline
        self.maximumCost = maximumCost
        self.minimumQuality = minimumQuality
        self.budgets = budgets
    }
}

/// What is to be small: the sum of makespan (seconds), cost and quality, each times its weight, the last with a minus, and of
/// the weighted lateness of steps with a due date.
///
/// Of two schedules with the same sum the cheaper is better, then the one of the better quality, then the shorter.
package struct FlowObjective: Sendable, Equatable {
    package let makespan: Double
    package let cost: Double
    package let quality: Double

    package init(makespan: Double = 0, cost: Double = 0, quality: Double = 0) {
        self.makespan = makespan
        self.cost = cost
        self.quality = quality
    }

    package static let makespan = FlowObjective(makespan: 1)

    /// Whether it is the makespan alone.
    var isMakespan: Bool { makespan > 0 && cost == 0 && quality == 0 }
}

/// What is to be scheduled: steps, in the order they were submitted, how much there is of each resource, and what is wanted.
package struct Flow: Sendable, Equatable {
    package let steps: [FlowStep]
    /// A resource that is not named here is not limited.
    package let capacity: [String: Capacity]
    package let constraints: FlowConstraints
    package let objective: FlowObjective
    /// Seconds from the flow's start: what has not started yet does not start earlier.
    package let now: Double

    package init(
        steps: [FlowStep],
        capacity: [String: Capacity],
        constraints: FlowConstraints = FlowConstraints(),
        objective: FlowObjective = .makespan,
        now: Double = 0
    ) {
        self.steps = steps
        self.capacity = capacity
        self.constraints = constraints
        self.objective = objective
        self.now = now
    }

    package init(steps: [FlowStep], capacity: [String: Double] = [:]) {
        self.init(steps: steps, capacity: capacity.mapValues { Capacity($0) })
    }

    /// The same flow with other steps, capacities or constraints.
    func with(
        steps: [FlowStep]? = nil,
        capacity: [String: Capacity]? = nil,
        constraints: FlowConstraints? = nil,
        objective: FlowObjective? = nil
    ) -> Flow {
        Flow(
            steps: steps ?? self.steps,
            capacity: capacity ?? self.capacity,
            constraints: constraints ?? self.constraints,
            objective: objective ?? self.objective,
            now: now
        )
    }
}

extension Flow {
    package static let maximumSteps = 10_000
    /// Of one step.
    package static let maximumOptions = 64
    package static let maximumOptionsInAll = 100_000
    /// Options × (resources + budgets).
    package static let maximumAmounts = 10_000_000
    /// Resources with a capacity, and budgets.
    ///
    /// Memory grows with steps × limited resources, so both are bounded.
    package static let maximumResources = 256
    /// Changes of the capacity of all resources together.
    package static let maximumChanges = 4_000
    /// Seconds (three years).
    package static let maximumDuration = 1e8
    /// Seconds of all steps and lags together (63 years): up to there a time in seconds is exact to the millionth as a `Double`.
    package static let maximumTotalDuration = 2e9
    package static let maximumAmount = 1e9
    /// Of cost, and of each budget, over all steps: up to there sums of millionths are exact.
    package static let maximumTotalUse = 1e12
}

extension Flow {
    var stepsByID: [String: FlowStep] {
        Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
    }
}

extension StepLag {
    /// The greatest lag in millionths of a second, cut upward; nil: any.
    ///
    /// Behind a finish what was cut from the other's duration comes on top, as the finish is earlier by that.
    func greatest(in steps: [String: FlowStep]) -> Int? {
        guard let maximum else { return nil }
        let greatest = FixedPoint.wholeUp(maximum)
        guard origin == .finish, let other = steps[step] else { return greatest }
        let cut = other.options.map { FixedPoint.wholeUp($0.duration) - FixedPoint.whole($0.duration) }
        return greatest + (cut.max() ?? 0)
    }
}
