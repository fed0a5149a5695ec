/// Steps, and what they wait for, moved forward in the submitted order.
struct OrderMove {
    /// The submitted order with the move.
    let order: [Int]
    /// The step they are now in front of.
    let before: Int
    /// What had to move along.
    let companions: [Int]

    /// - Parameters:
    ///   - steps: rising numbers.
    ///   - place: in the submitted order, which is by number; before all of `steps`.
    /// - Returns: nil when nothing changes places.
    init?(_ steps: [Int], to place: Int, _ project: Project) {
        var moved = Set(steps)
        var waiting = steps
        while let step = waiting.popLast() {
            for other in project.predecessors[step] where other >= place && moved.insert(other).inserted {
                waiting.append(other)
            }
        }
        let rest = (place..<project.count).filter { !moved.contains($0) }
        guard let before = rest.first, let last = steps.last, before < last else { return nil }
        let sorted = moved.sorted()
        order = Array(0..<place) + sorted + rest
        self.before = before
        companions = sorted.filter { !steps.contains($0) }
    }
}
