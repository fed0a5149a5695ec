/// Finds a short schedule of a flow, says how good it is and what would make it better.
package enum Optimizer {
    /// Searches until the schedule is proven optimal, the time limit or a budget ends it, or it is cancelled; there is a
    /// valid schedule whatever ends it, but for flows whose constraints are hard to keep.
    ///
    /// Computes on the calling thread, which it holds all the while: not for the cooperative pool.
    ///
    /// - Parameters:
    ///   - isCancelled: asked before every schedule generated: must be quick. After true the best schedule so far is
    ///     returned, without recommendations that would need more computing.
    ///   - onProgress: called on the same thread with the first schedule, at each improvement, and a few times a second.
    /// - Throws: `InfeasibleFlow` where no schedule keeps to the constraints, or none was found that does. A deadline that is
    ///   not met, but not proven to be impossible, is no fault: the schedule is then later.
    package static func optimize(
        _ problem: FlowProblem,
        options: OptimizerOptions,
        isCancelled: @escaping () -> Bool = { false },
        onProgress: (OptimizerProgress) -> Void = { _ in }
    ) throws(InfeasibleFlow) -> OptimizationOutcome {
        try withoutActuallyEscaping(onProgress) { onProgress throws(InfeasibleFlow) in
            try OptimizerRun(problem, options, isCancelled: isCancelled, onProgress: onProgress).outcome()
        }
    }
}
