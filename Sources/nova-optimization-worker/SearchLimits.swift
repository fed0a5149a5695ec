import Foundation
import NovaContract
import NovaService
import Optimization

/// How long a search may take.
struct SearchLimits: Sendable {
    /// For requests that name no `time_limit`.
    let standard: Duration
    /// Whatever a request asks for.
    let maximum: Duration
    let maximumThreads: Int

    /// Reads everything below `optimization`.
    init(_ settings: Settings) throws {
        standard = try settings.duration("optimization.time_limit", default: .seconds(2))
        maximum = try settings.duration(
            "optimization.maximum_time_limit",
            default: .seconds(OptimizeFlow.maximumTimeLimit)
        )
        let threads = try settings.int(
            "optimization.maximum_threads",
            default: OptimizeFlow.maximumThreads,
            in: 1...OptimizeFlow.maximumThreads
        )
        // More than there are cores only wait for each other.
        maximumThreads = min(threads, ProcessInfo.processInfo.activeProcessorCount)
    }

    func options(for request: OptimizeFlow) -> OptimizerOptions {
        let asked = request.timeLimit.map { Duration.seconds($0) } ?? standard
        return OptimizerOptions(
            timeLimit: min(asked, maximum),
            seed: request.seed ?? 1,
            stepBudget: request.iterations,
            targetGap: request.targetGap ?? 0,
            wantsPareto: request.wantsPareto,
            threads: min(request.threads ?? 1, maximumThreads)
        )
    }
}
