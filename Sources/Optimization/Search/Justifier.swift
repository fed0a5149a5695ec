/// Turns a list into a schedule and shortens it by forward-backward improvement (Valls, Ballestín, Quintanilla 2005):
/// every step is moved as late as possible, last finish first, then as early as possible, first start first, until a
/// round gains nothing.
///
/// No round makes the schedule longer.
struct Justifier {
    enum Start {
        case forward
        /// The list is for the project seen from its end.
        case backward
    }

    private let memory: NetworkMemory
    private let generator: SerialGenerator
    /// The list to start from; afterwards any list.
    let list: UnsafeMutableBufferPointer<Int>

    init(_ memory: NetworkMemory, _ generator: SerialGenerator, list: UnsafeMutableBufferPointer<Int>) {
        self.memory = memory
        self.generator = generator
        self.list = list
    }

    /// Improves until nothing is gained, `goal` is reached or the budget ends.
    ///
    /// - Parameter keep: called with each schedule, always in forward direction, that is shorter than the one before.
    /// - Returns: the makespan of the last one kept; nil when the budget ended before there was one.
    func improve(
        from start: Start,
        goal: Int,
        budget: inout SearchBudget,
        keep: (Int, UnsafeMutableBufferPointer<Int>) -> Void
    ) -> Int? {
        if start == .backward {
            guard generate(memory.backward, &budget) != nil else { return nil }
            generator.reverseByFinish(list, count: list.count)
        }
        var best: Int?
        while let makespan = generate(memory.forward, &budget) {
            if let best, makespan >= best { return best }
            best = makespan
            keep(makespan, generator.starts)
            if makespan <= goal { return best }
            generator.reverseByFinish(list, count: list.count)
            guard generate(memory.backward, &budget) != nil else { return best }
            generator.reverseByFinish(list, count: list.count)
        }
        return best
    }

    private func generate(_ view: NetworkView, _ budget: inout SearchBudget) -> Int? {
        guard budget.allowsMore() else { return nil }
        budget.spend()
        return generator.generate(list, view)
    }
}
