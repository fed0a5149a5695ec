/// A schedule of a network with the mode each step is run in.
struct Plan {
    let score: Score
    let starts: [Int]
    let modes: [Int]
}

/// How good a plan is: first what it breaks, then by how much it misses the deadline, then the objective, then cost, quality and
/// length.
struct Score: Comparable {
    /// 0: it keeps to everything but perhaps the deadline.
    let violation: Double
    /// Units of time by which it ends after the deadline.
    let late: Int
    /// Of the objective.
    let value: Double
    let makespan: Int
    /// Millionths.
    let cost: Int
    let quality: Double

    static func < (left: Score, right: Score) -> Bool {
        if left.violation != right.violation { return left.violation < right.violation }
        if left.late != right.late { return left.late < right.late }
        if left.value != right.value { return left.value < right.value }
        if left.cost != right.cost { return left.cost < right.cost }
        if left.quality != right.quality { return left.quality > right.quality }
        return left.makespan < right.makespan
    }
}

extension Score {
    /// Whether it keeps to everything.
    var isSound: Bool { violation == 0 && late == 0 }
}
