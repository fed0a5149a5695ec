/// A search that tries everything which could be better than the best plan that is known, a part of it in each turn.
protocol ExactSearch: AnyObject {
    /// No plan is shorter; of what it has found out itself.
    var lowerBound: Int { get }
    /// It will never come to its end: further turns are of no use.
    var isGivenUp: Bool { get }

    /// Goes on until a better plan is found, nothing is left to try, or the turn is over.
    ///
    /// - Parameters:
    ///   - score: of the plan that is to be beaten, which only gets better from call to call; nil: any plan will do.
    ///   - least: no plan is shorter, as far as is known from elsewhere.
    ///   - effort: what the turn may still take, in the search's own unit; what was taken is subtracted.
    func improve(
        below score: Score?,
        least: Int,
        effort: inout Int,
        _ budget: inout SearchBudget
    ) -> ExactSearchEnd
}

/// What a call of an exact search came to.
enum ExactSearchEnd {
    /// A better plan was found; there may be further ones.
    case improved(starts: [Int], modes: [Int])
    /// Everything was tried: no plan is better than the one that was to be beaten.
    case exhausted
    /// The effort or the budget is used up, or the search was given up.
    case paused
}
