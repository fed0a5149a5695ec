import FlowPool
import Foundation
import NovaContract
import NovaProcess
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
        standard = try settings[\OptimizationSettings.timeLimit]
        maximum = try settings[\OptimizationSettings.maximumTimeLimit]
        let threads = try settings[\OptimizationSettings.maximumThreads]
        // More than there are cores only wait for each other.
        maximumThreads = min(threads, ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Of the time until a job's deadline, what is left for telling the result; at most `longestTelling`.
    private static let tellingShare = 0.1
    private static let longestTelling = Duration.seconds(1)

    /// - Parameter left: until the job's deadline; nil: it has none.
    /// - Returns: the options, and whether the deadline is what bounds the time.
    func options(for request: OptimizeFlow, left: Duration?) -> (options: OptimizerOptions, isOfDeadline: Bool) {
        let wanted = min(request.timeLimit.map { Duration.seconds($0) } ?? standard, maximum)
        let most = left.map { max(.zero, $0 - min($0 * Self.tellingShare, Self.longestTelling)) }
        let isOfDeadline = most.map { $0 < wanted } ?? false
        let options = OptimizerOptions(
            timeLimit: min(wanted, most ?? wanted),
            seed: request.seed ?? 1,
            stepBudget: request.iterations,
            targetGap: request.targetGap ?? 0,
            wantsPareto: request.wantsPareto,
            threads: min(request.threads ?? 1, maximumThreads)
        )
        return (options, isOfDeadline)
    }
}
