import Optimization
import WorkerRuntime

/// Why a search ended: `ended_by` of the answer.
///
/// Whatever it was, the answer holds the best schedule that was found until then.
enum SearchEnd: String {
    /// Nothing better is left.
    case proof
    /// The gap is as small as was asked for.
    case targetGap = "target_gap"
    case timeLimit = "time_limit"
    case iterations
    /// The job's deadline came before the time limit.
    case deadline
    /// The job was cancelled.
    case cancelled
    /// The worker stops, and has waited for it as long as it may.
    case stopping

    init(_ stopped: OptimizationOutcome.StopReason, _ reason: CancellationSignal.Reason?, isOfDeadline: Bool) {
        self =
            switch (stopped, reason) {
            case (.optimal, _): .proof
            case (.targetGap, _): .targetGap
            case (.iterationBudget, _): .iterations
            case (_, .requested): .cancelled
            case (_, .deadline): .deadline
            case (_, .stopping), (_, .handedOver), (_, .madeWay): .stopping
            case (.timeLimit, nil), (.cancelled, nil): isOfDeadline ? .deadline : .timeLimit
            }
    }

    /// For people, behind the basis of the confidence; nil: nothing cut it short.
    var note: String? {
        switch self {
        case .proof, .targetGap, .timeLimit, .iterations: nil
        case .deadline: "the best until the job's deadline"
        case .cancelled: "the best until the job was cancelled"
        case .stopping: "the best until the worker stopped"
        }
    }
}
