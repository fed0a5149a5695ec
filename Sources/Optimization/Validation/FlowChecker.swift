/// Finds everything that is wrong with a flow, then compiles it.
struct FlowChecker {
    private let flow: Flow
    private var report = IssueReport()
    /// Submitted place of the first step of each id.
    private var placeOf: [String: Int] = [:]

    static func compile(_ flow: Flow) throws(FlowValidationError) -> Project {
        var checker = FlowChecker(flow: flow)
        guard checker.checkSizes() else { throw checker.report.error }
        checker.checkCapacities()
        checker.checkIds()
        for place in flow.steps.indices { checker.checkStep(place) }
        checker.checkTotalDuration()
        let order = checker.checkOrder()
        guard checker.report.isEmpty else { throw checker.report.error }
        var indexOf: [String: Int] = [:]
        indexOf.reserveCapacity(order.count)
        for (index, place) in order.enumerated() { indexOf[flow.steps[place].id] = index }
        return Project(flow, order: order, indexOf: indexOf)
    }

    private init(flow: Flow) {
        self.flow = flow
    }

    // MARK: - Checks

    /// False: too large to look into.
    private mutating func checkSizes() -> Bool {
        if flow.steps.count > Flow.maximumSteps {
            report.add([.key("steps")], "\(flow.steps.count) steps are too many: at most \(Flow.maximumSteps)")
        }
        if flow.capacity.count > Flow.maximumResources {
            report.add(
                [.key("capacity")],
                "\(flow.capacity.count) resources are too many: at most \(Flow.maximumResources) can be limited"
            )
        }
        return report.isEmpty
    }

    private mutating func checkCapacities() {
        for (name, amount) in flow.capacity.sorted(by: { $0.key < $1.key }) {
            if let fault = fault(of: amount, maximum: Flow.maximumAmount, unit: "") {
                report.add([.key("capacity"), .key(name)], "the capacity of \(quoted(name)) \(fault)")
            }
        }
    }

    private mutating func checkIds() {
        for (place, step) in flow.steps.enumerated() {
            let path: [FlowIssue.PathElement] = [.key("steps"), .index(place), .key("id")]
            if step.id.isEmpty {
                report.add(path, "the id is empty: every step needs an id of its own")
            } else if let first = placeOf[step.id] {
                report.add(
                    path,
                    "the id \(quoted(step.id)) is used twice, by steps/\(first) and steps/\(place): "
                        + "every step needs an id of its own"
                )
            } else {
                placeOf[step.id] = place
            }
        }
    }

    private mutating func checkStep(_ place: Int) {
        let step = flow.steps[place]
        let path: [FlowIssue.PathElement] = [.key("steps"), .index(place)]
        if let fault = fault(of: step.duration, maximum: Flow.maximumDuration, unit: " s") {
            report.add(path + [.key("duration")], "the duration of \(quoted(step.id)) \(fault)")
        }
        for (name, amount) in step.resources.sorted(by: { $0.key < $1.key }) {
            let path = path + [.key("resources"), .key(name)]
            if let fault = fault(of: amount, maximum: Flow.maximumAmount, unit: "") {
                report.add(path, "the amount of \(quoted(name)) that \(quoted(step.id)) needs \(fault)")
            } else if let capacity = flow.capacity[name], capacity.isFinite, capacity >= 0,
                capacity <= Flow.maximumAmount, FixedPoint.whole(amount) > FixedPoint.whole(capacity)
            {
                report.add(
                    path,
                    "\(quoted(step.id)) needs \(FixedPoint.text(amount)) of \(quoted(name)), but there is only "
                        + "\(FixedPoint.text(capacity)): it could never run; raise the capacity or lower the amount"
                )
            }
        }
        for (number, dependency) in step.dependencies.enumerated() {
            let path = path + [.key("dependencies"), .index(number)]
            if dependency == step.id {
                report.add(path, "\(quoted(step.id)) depends on itself: it could never start")
            } else if placeOf[dependency] == nil {
                report.add(
                    path,
                    "\(quoted(step.id)) depends on \(quoted(dependency)), which is not the id of a step of this flow"
                )
            }
        }
    }

    /// Single durations that are at fault were reported.
    private mutating func checkTotalDuration() {
        let total = flow.steps.reduce(0) {
            $0 + (fault(of: $1.duration, maximum: Flow.maximumDuration, unit: "") == nil ? $1.duration : 0)
        }
        guard total > Flow.maximumTotalDuration else { return }
        report.add(
            [.key("steps")],
            "the durations add up to \(total) s: at most \(FixedPoint.text(Flow.maximumTotalDuration)) s can be planned"
        )
    }

    /// The submitted order with each step moved behind what it waits for.
    ///
    /// Cycles are reported.
    private mutating func checkOrder() -> [Int] {
        let waitsFor = flow.steps.enumerated().map { place, step in
            step.dependencies.map { dependency in placeOf[dependency].flatMap { $0 == place ? nil : $0 } }
        }
        var sorter = TopologicalOrder(waitsFor)
        for cycle in sorter.cycles(atMost: FlowValidationError.maximumIssues) {
            let ids = (cycle.steps + [cycle.steps[0]]).map { flow.steps[$0].id }
            let shown = ids.count <= 12 ? ids : ids.prefix(6) + ["… (\(ids.count - 9) more)"] + ids.suffix(3)
            report.add(
                [.key("steps"), .index(cycle.steps[0]), .key("dependencies"), .index(cycle.dependency)],
                "the dependencies form a cycle, \(shown.joined(separator: " → ")), each waiting for the next: "
                    + "none could ever start; remove one of them"
            )
        }
        return sorter.order
    }

    // MARK: - Words

    private func fault(of number: Double, maximum: Double, unit: String) -> String? {
        if number.isNaN { return "is not a number: it must be 0 to \(FixedPoint.text(maximum))\(unit)" }
        if number.isInfinite { return "is infinite: it must be 0 to \(FixedPoint.text(maximum))\(unit)" }
        if number < 0 { return "is \(number)\(unit): it must not be negative" }
        if number > maximum { return "is \(number)\(unit): it must be at most \(FixedPoint.text(maximum))\(unit)" }
        return nil
    }

    /// Ids come from outside and may be long; an error stays readable.
    private func quoted(_ name: String) -> String {
        name.count <= 80 ? "\"\(name)\"" : "\"\(name.prefix(77))…\""
    }
}
