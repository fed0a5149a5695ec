/// What ends a search: time, a number of schedules, or a request to stop.
///
/// Asked before every schedule.
struct SearchBudget {
    enum End {
        case timeLimit
        case cancelled
        case iterations
    }

    private let deadline: ContinuousClock.Instant
    private let maximumIterations: Int?
    private let isCancelled: () -> Bool
    private let onSchedule: (ContinuousClock.Instant, _ iterations: Int) -> Void
    /// Schedules generated.
    private(set) var iterations = 0
    private(set) var end: End?
    /// When it was last asked.
    private(set) var now: ContinuousClock.Instant

    init(
        deadline: ContinuousClock.Instant,
        maximumIterations: Int? = nil,
        isCancelled: @escaping () -> Bool,
        onSchedule: @escaping (ContinuousClock.Instant, _ iterations: Int) -> Void
    ) {
        self.deadline = deadline
        self.maximumIterations = maximumIterations
        self.isCancelled = isCancelled
        self.onSchedule = onSchedule
        now = .now
    }

    /// Whether to go on.
    ///
    /// Once it said no it keeps saying no.
    mutating func allowsMore() -> Bool {
        if end != nil { return false }
        now = .now
        onSchedule(now, iterations)
        if isCancelled() {
            end = .cancelled
        } else if let maximumIterations, iterations >= maximumIterations {
            end = .iterations
        } else if now >= deadline {
            end = .timeLimit
        }
        return end == nil
    }

    mutating func spend() {
        iterations += 1
    }
}
