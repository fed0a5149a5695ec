/// A step that holds a resource, as far as is known of it.
struct ResourceHolder {
    let step: Int
    let least: Int
    let most: Int
    /// The shortest of its options, and the least that any of them holds.
    let duration: Int
    let amount: Int

    init(_ step: Int, _ resource: Int, _ model: ProofModel, _ trail: BoundTrail) {
        self.step = step
        least = trail.least(step)
        most = trail.most(step)
        duration = model.shortest(step, trail)
        amount = model.leastAmount(step, of: resource, trail)
    }

    var earliestFinish: Int { least + duration }
    var latestFinish: Int { most + duration }

    /// The moments it certainly runs, between its latest start and its earliest finish.
    var certain: Range<Int> { most..<max(most, earliestFinish) }

    /// Of its time, what is at no certain moment.
    var free: Int { duration - certain.count }

    /// The least it runs between two moments.
    func least(from begin: Int, to end: Int) -> Int {
        max(0, min(duration, end - begin, earliestFinish - begin, end - most))
    }

    /// At certain moments between two.
    func certain(from begin: Int, to end: Int) -> Int {
        max(0, min(end, earliestFinish) - max(begin, most))
    }

    /// Adds why it is no shorter and holds no less.
    func explain(_ resource: Int, _ model: ProofModel, into literals: inout [BoundLiteral]) {
        guard model.hasChoice(step) else { return }
        for mode in model.modes(of: step)
        where model.durations[mode] < duration || model.amounts[mode * model.resourceCount + resource] < amount {
            literals.append(model.excluded(mode))
        }
    }
}
