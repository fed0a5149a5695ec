/// How the time of one call is divided.
struct PhaseTimes {
    /// Share of the time limit kept for the recommendations, and the most that is kept.
    private static let adviceShare = 0.2
    private static let adviceMaximum = Duration.seconds(1)

    let searchEnd: ContinuousClock.Instant
    let paretoEnd: ContinuousClock.Instant
    let end: ContinuousClock.Instant

    /// - Parameter hasFront: whether schedules of time against cost are looked for.
    init(_ options: OptimizerOptions, begin: ContinuousClock.Instant, hasFront: Bool) {
        let isAsked = options.schedulesPerQuestion != 0
        let kept = isAsked ? min(options.timeLimit * Self.adviceShare, Self.adviceMaximum) : .zero
        end = begin + options.timeLimit
        paretoEnd = end - kept
        // The front takes as long as the first search.
        searchEnd = hasFront ? begin + (options.timeLimit - kept) / 2 : paretoEnd
    }
}
