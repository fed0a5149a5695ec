/// By how much a schedule of a changed flow holds more of a resource than there is in the present one.
///
/// That much more is enough for it, however much more was tried.
struct ResourceExcess {
    private let flow: Flow

    init(_ flow: Flow) { self.flow = flow }

    /// Millionths, at the worst moment; 0: it is a schedule of the present flow as far as this resource goes.
    ///
    /// - Parameter schedule: holds at most twice of what may be in a flow, so that the sums fit.
    func most(of name: String, in schedule: Schedule) -> Int {
        guard let capacity = flow.capacity[name] else { return 0 }
        typealias Change = (time: Int, held: Int, planned: Int, available: Int)
        let steps = Dictionary(flow.steps.map { ($0.id, $0) }) { first, _ in first }
        let now = FixedPoint.whole(flow.now)
        var changes: [Change] = []
        for scheduled in schedule.steps {
            guard let step = steps[scheduled.step],
                let option = step.options.first(where: { $0.name == scheduled.option }),
                let amount = option.resources[name].map(FixedPoint.whole), amount > 0
            else { continue }
            let (start, finish) = (FixedPoint.whole(scheduled.start), FixedPoint.whole(scheduled.finish))
            guard finish > start, step.progress == nil || finish > now else { continue }
            let planned = step.progress == nil ? 1 : 0
            changes.append((start, amount, planned, 0))
            changes.append((finish, -amount, -planned, 0))
        }
        var before = 0
        for (place, change) in capacity.changes.enumerated() {
            let amount = FixedPoint.whole(change.amount)
            changes.append((place == 0 ? Int.min : FixedPoint.whole(change.from), 0, 0, amount - before))
            before = amount
        }
        changes.sort { $0.time < $1.time }
        var (held, planned, available, most) = (0, 0, 0, 0)
        for (place, change) in changes.enumerated() {
            held += change.held
            planned += change.planned
            available += change.available
            let isLast = place + 1 == changes.count || changes[place + 1].time != change.time
            if isLast, planned > 0 { most = max(most, held - available) }
        }
        return most
    }
}
