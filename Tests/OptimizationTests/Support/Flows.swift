@testable import Optimization

func step(
    _ id: String,
    _ duration: Double,
    _ resources: [String: Double] = [:],
    after dependencies: [String] = []
) -> FlowStep {
    FlowStep(id: id, duration: duration, resources: resources, dependencies: dependencies)
}

/// Ends by itself long before the time limit, on any machine.
///
/// Small flows are proven optimal.
let unhurried = OptimizerOptions(timeLimit: .seconds(60), stepBudget: 30_000)

/// Where it does not matter how good the schedule is.
let brief = OptimizerOptions(timeLimit: .seconds(60), stepBudget: 200, schedulesPerQuestion: 100)

func optimize(_ flow: Flow, _ options: OptimizerOptions = unhurried) throws -> OptimizationOutcome {
    try Optimizer.optimize(try FlowProblem(flow), options: options)
}

/// A flow compiled.
func network(_ flow: Flow) throws -> Network { try FlowProblem(flow).network }

extension FlowStep {
    var duration: Double { options[0].duration }
    var resources: [String: Double] { options[0].resources }

    var withoutDue: FlowStep {
        FlowStep(
            id: id,
            options: options,
            dependencies: dependencies,
            lags: lags,
            release: release,
            progress: progress
        )
    }
}

extension Flow {
    /// Three jobs of two steps that want two machines: the submitted order wastes time.
    static let jobShop = Flow(
        steps: [
            step("a1", 4, ["press": 1]), step("a2", 1, ["lathe": 1], after: ["a1"]),
            step("b1", 1, ["press": 1]), step("b2", 5, ["lathe": 1], after: ["b1"]),
            step("c1", 2, ["press": 1]), step("c2", 3, ["lathe": 1], after: ["c1"]),
        ],
        capacity: ["press": 1, "lathe": 1]
    )

    /// What a search cannot finish in a test's time: no bound reaches it, too many steps to try all.
    static let stubborn = RandomFlows(seed: 4).flow(steps: 120, tightness: 0.3)
}
