/// How much may be computed for the recommendations: a number of schedules for each question, all before a deadline,
/// which the questions share evenly.
struct WhatIfBudget {
    private let deadline: ContinuousClock.Instant
    /// For each question.
    let schedules: Int
    private let isCancelled: () -> Bool
    private let onSchedule: (ContinuousClock.Instant, _ iterations: Int) -> Void
    /// No question is begun with less time left than the longest so far took.
    private var longest: Duration

    /// - Parameter firstEstimate: of the time a question takes at least.
    init(
        deadline: ContinuousClock.Instant,
        schedules: Int,
        firstEstimate: Duration,
        isCancelled: @escaping () -> Bool,
        onSchedule: @escaping (ContinuousClock.Instant, _ iterations: Int) -> Void
    ) {
        self.deadline = deadline
        self.schedules = schedules
        self.isCancelled = isCancelled
        self.onSchedule = onSchedule
        longest = firstEstimate
    }

    /// 1,000 for flows up to 100 steps, fewer for longer ones, whose schedules take longer.
    static func schedules(steps: Int) -> Int {
        min(1_000, max(50, 100_000 / max(1, steps)))
    }

    var isOver: Bool {
        schedules == 0 || isCancelled() || ContinuousClock.now + longest >= deadline
    }

    /// Computes one answer out of `left`; nil when there is no time for it.
    mutating func ask<Answer>(of left: Int, _ compute: (SearchBudget) -> Answer?) -> Answer? {
        let now = ContinuousClock.now
        guard !isOver else { return nil }
        let share = now.duration(to: deadline) / max(1, left)
        let budget = SearchBudget(
            deadline: now + max(share, min(longest, now.duration(to: deadline))),
            maximumIterations: schedules,
            isCancelled: isCancelled,
            onSchedule: onSchedule
        )
        let answer = compute(budget)
        // A question that its share of the time cut short says nothing about how long the next one takes at least.
        longest = min(max(longest, now.duration(to: .now)), share)
        return answer
    }
}
