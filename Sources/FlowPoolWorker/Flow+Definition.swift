import FlowPool
import NovaContract
import Optimization

extension Flow {
    /// What `request` wants of the flow that `definition` describes.
    init(_ definition: FlowDefinition, for request: OptimizeFlow) {
        self.init(
            steps: definition.steps.map { FlowStep($0) },
            capacity: definition.capacity.mapValues { Capacity($0) },
            constraints: FlowConstraints(request.constraints),
            objective: FlowObjective(request.objective),
            now: request.now ?? definition.lastProgress
        )
    }

    /// The flow alone, as of the last that is known of it.
    init(_ definition: FlowDefinition) {
        self.init(
            steps: definition.steps.map { FlowStep($0) },
            capacity: definition.capacity.mapValues { Capacity($0) },
            now: definition.lastProgress
        )
    }
}

// MARK: - What there is

extension FlowStep {
    fileprivate init(_ step: FlowDefinition.Step) {
        self.init(
            id: step.id,
            options: step.options.map { StepOption($0) },
            dependencies: step.dependencies,
            lags: step.lags.map { StepLag($0) },
            release: step.release,
            due: step.due,
            weight: step.weight,
            progress: step.progress.map { StepProgress($0) }
        )
    }
}

extension StepOption {
    fileprivate init(_ option: FlowDefinition.Step.Option) {
        self.init(
            name: option.name,
            duration: option.duration,
            resources: option.resources,
            cost: option.cost,
            quality: option.quality
        )
    }
}

extension StepLag {
    fileprivate init(_ lag: FlowDefinition.Step.Lag) {
        let origin: Origin =
            switch lag.origin {
            case .start: .start
            case .finish: .finish
            }
        self.init(step: lag.step, from: origin, minimum: lag.minimum, maximum: lag.maximum)
    }
}

extension StepProgress {
    fileprivate init(_ progress: FlowDefinition.Step.Progress) {
        self.init(started: progress.started, finished: progress.finished, option: progress.option)
    }
}

extension Capacity {
    fileprivate init(_ capacity: FlowDefinition.Capacity) {
        self.init(capacity.changes.map { Change(from: $0.from, amount: $0.amount) })
    }
}

// MARK: - What is wanted

extension FlowConstraints {
    fileprivate init(_ constraints: OptimizeFlow.Constraints) {
        self.init(
            deadline: constraints.deadline,
            maximumCost: constraints.maximumCost,
            minimumQuality: constraints.minimumQuality.map { Quality($0) },
            budgets: constraints.budgets
        )
    }
}

extension FlowConstraints.Quality {
    fileprivate init(_ quality: OptimizeFlow.Constraints.Quality) {
        let measure: Measure =
            switch quality.measure {
            case .minimum: .minimum
            case .mean: .mean
            case .product: .product
            }
        self.init(quality.value, measure)
    }
}

extension FlowObjective {
    fileprivate init(_ objective: OptimizeFlow.Objective) {
        self.init(makespan: objective.makespan, cost: objective.cost, quality: objective.quality)
    }
}
