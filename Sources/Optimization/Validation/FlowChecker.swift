/// Finds everything that is wrong with a flow.
struct FlowChecker {
    private let flow: Flow
    private var report = IssueReport()
    /// Submitted place of the first step of each id.
    private var placeOf: [String: Int] = [:]

    /// Submitted places in an order in which every step comes after those it waits for.
    static func order(_ flow: Flow) throws(FlowValidationError) -> [Int] {
        var checker = FlowChecker(flow: flow)
        guard checker.checkSizes() else { throw checker.report.error }
        checker.checkCapacities()
        checker.checkConstraints()
        checker.checkIds()
        for place in flow.steps.indices { checker.checkStep(place) }
        checker.checkHeld()
        checker.checkTotalDuration()
        checker.checkTotalUse()
        let order = checker.checkOrder()
        guard checker.report.isEmpty else { throw checker.report.error }
        return order
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
        let options = flow.steps.reduce(0) { $0 + $1.options.count }
        let amounts = options * (flow.capacity.count + flow.constraints.budgets.count)
        if options > Flow.maximumOptionsInAll || amounts > Flow.maximumAmounts {
            report.add(
                [.key("steps")],
                "\(options) options of all steps, with \(flow.capacity.count) capacities and "
                    + "\(flow.constraints.budgets.count) budgets, are too many: at most \(Flow.maximumOptionsInAll) can be "
                    + "planned, and at most \(Flow.maximumAmounts) amounts"
            )
        }
        if flow.constraints.budgets.count > Flow.maximumResources {
            report.add(
                [.constraint("budgets")],
                "\(flow.constraints.budgets.count) budgets are too many: there can be at most \(Flow.maximumResources)"
            )
        }
        return report.isEmpty
    }

    private mutating func checkCapacities() {
        for (name, capacity) in flow.capacity.sorted(by: { $0.key < $1.key }) {
            var last = -Double.infinity
            for (place, change) in capacity.changes.enumerated() {
                let path: [FlowIssue.PathElement] = [.key("capacity"), .key(name)]
                let own = capacity.isConstant ? path : path + [.index(place)]
                if let fault = fault(of: change.amount, maximum: Flow.maximumAmount, unit: "") {
                    report.add(own, "the capacity of \(quoted(name)) \(fault)")
                }
                if let fault = fault(of: change.from, maximum: Flow.maximumTotalDuration, unit: " s") {
                    report.add(own, "the moment from which there is so much of \(quoted(name)) \(fault)")
                } else if change.from <= last || (place == 0 && change.from != 0) {
                    report.add(own, "the moments of \(quoted(name)) must rise, beginning with 0")
                }
                last = change.from
            }
            if capacity.changes.isEmpty {
                report.add([.key("capacity"), .key(name)], "the capacity of \(quoted(name)) has no entries")
            }
        }
        let changes = flow.capacity.values.reduce(0) { $0 + $1.changes.count }
        if changes > Flow.maximumChanges {
            report.add(
                [.key("capacity")],
                "the capacities have \(changes) entries together: at most \(Flow.maximumChanges) can be planned with"
            )
        }
    }

    private mutating func checkConstraints() {
        let constraints = flow.constraints
        let amounts = [("deadline", constraints.deadline), ("max_cost", constraints.maximumCost)]
        for (name, amount) in amounts {
            guard let amount, let fault = fault(of: amount, maximum: 1e12, unit: "") else { continue }
            report.add([.constraint(name)], "\(name) \(fault)")
        }
        for (name, amount) in constraints.budgets.sorted(by: { $0.key < $1.key }) {
            guard let fault = fault(of: amount, maximum: 1e12, unit: "") else { continue }
            report.add([.constraint("budgets"), .key(name)], "the budget of \(quoted(name)) \(fault)")
        }
        if let quality = constraints.minimumQuality, let fault = fault(of: quality.value, maximum: 1, unit: "") {
            report.add([.constraint("min_quality")], "the least quality \(fault)")
        }
        if let fault = fault(of: flow.now, maximum: Flow.maximumTotalDuration, unit: " s") {
            report.add([.key("now")], "now \(fault)")
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
        if step.options.isEmpty || step.options.count > Flow.maximumOptions {
            report.add(
                path + [.key("options")],
                "\(quoted(step.id)) has \(step.options.count) options: it must have 1 to \(Flow.maximumOptions)"
            )
        }
        for (number, option) in step.options.enumerated() {
            let isGiven = option.name != FlowStep.onlyOption || step.options.count > 1
            checkOption(option, of: step, at: isGiven ? path + [.key("options"), .index(number)] : path)
        }
        for (number, dependency) in step.dependencies.enumerated() {
            checkOther(dependency, of: step, at: path + [.key("dependencies"), .index(number)])
        }
        for (number, lag) in step.lags.enumerated() {
            let path = path + [.key("dependencies"), .index(step.dependencies.count + number)]
            checkOther(lag.step, of: step, at: path)
            let least = fault(of: lag.minimum, maximum: Flow.maximumDuration, unit: " s")
            let most = lag.maximum.flatMap { fault(of: $0, maximum: Flow.maximumDuration, unit: " s") }
            if let fault = least ?? most {
                report.add(path, "the lag of \(quoted(step.id)) behind \(quoted(lag.step)) \(fault)")
            } else if let maximum = lag.maximum, FixedPoint.wholeUp(maximum) < FixedPoint.whole(lag.minimum) {
                report.add(path, "the greatest lag, \(FixedPoint.text(maximum)) s, is less than the least")
            }
        }
        checkTimes(step, at: path)
    }

    private mutating func checkOption(_ option: StepOption, of step: FlowStep, at path: [FlowIssue.PathElement]) {
        if let fault = fault(of: option.duration, maximum: Flow.maximumDuration, unit: " s") {
            report.add(path + [.key("duration")], "the duration of \(quoted(step.id)) \(fault)")
        }
        if let fault = fault(of: option.cost, maximum: Flow.maximumAmount, unit: "") {
            report.add(path + [.key("cost")], "the cost of \(quoted(step.id)) \(fault)")
        }
        if let quality = option.quality, let fault = fault(of: quality, maximum: 1, unit: "") {
            report.add(path + [.key("quality")], "the quality of \(quoted(step.id)) \(fault)")
        }
        for (name, amount) in option.resources.sorted(by: { $0.key < $1.key }) {
            let path = path + [.key("resources"), .key(name)]
            if let fault = fault(of: amount, maximum: Flow.maximumAmount, unit: "") {
                report.add(path, "the amount of \(quoted(name)) that \(quoted(step.id)) needs \(fault)")
            } else if step.options.count == 1, step.progress == nil, option.takesTime,
                let capacity = flow.capacity[name]?.most,
                capacity.isFinite, capacity >= 0, capacity <= Flow.maximumAmount,
                FixedPoint.whole(amount) > FixedPoint.whole(capacity)
            {
                report.add(
                    path,
                    "\(quoted(step.id)) needs \(FixedPoint.text(amount)) of \(quoted(name)), but there is only "
                        + "\(FixedPoint.text(capacity)): it could never run; raise the capacity or lower the amount"
                )
            }
        }
    }

    private mutating func checkOther(_ other: String, of step: FlowStep, at path: [FlowIssue.PathElement]) {
        if other == step.id {
            report.add(path, "\(quoted(step.id)) depends on itself: it could never start")
        } else if placeOf[other] == nil {
            report.add(
                path,
                "\(quoted(step.id)) depends on \(quoted(other)), which is not the id of a step of this flow"
            )
        }
    }

    private mutating func checkTimes(_ step: FlowStep, at path: [FlowIssue.PathElement]) {
        // A due date may be over before the flow begins.
        let times = [
            ("release", step.release), ("due", step.due.map(abs)), ("weight", step.weight),
            ("progress", step.progress?.started), ("progress", step.progress?.finished),
        ]
        for (name, time) in times {
            guard let time, let fault = fault(of: time, maximum: Flow.maximumTotalDuration, unit: "") else { continue }
            report.add(path + [.key(name)], "\(name) of \(quoted(step.id)) \(fault)")
        }
        guard let progress = step.progress else { return }
        checkOrder(of: progress, step, at: path + [.key("progress")])
        let names = step.options.map(\.name)
        if !(progress.option.map { names.contains($0) } ?? (names.count == 1)) {
            report.add(
                path + [.key("progress")],
                "it must be said with which of its options \(quoted(step.id)) runs: "
                    + names.prefix(12).map(quoted).joined(separator: ", ")
            )
        }
    }

    /// Single times that are at fault were reported.
    private mutating func checkOrder(of progress: StepProgress, _ step: FlowStep, at path: [FlowIssue.PathElement]) {
        let times = [flow.now, progress.started, progress.finished ?? 0]
        guard times.allSatisfy(FixedPoint.isWhole) else { return }
        let (now, started) = (FixedPoint.whole(flow.now), FixedPoint.whole(progress.started))
        if let finished = progress.finished.map(FixedPoint.whole), finished < started || finished > now {
            report.add(path, "\(quoted(step.id)) must have finished after it started and not later than now")
        } else if started > now {
            report.add(path, "\(quoted(step.id)) must have started not later than now")
        }
    }

    /// What steps hold that have begun and run beyond now is at most what there is at any time; single amounts that are at
    /// fault were reported.
    ///
    /// It may be more than there is from now on: a capacity can have become less since they began.
    private mutating func checkHeld() {
        // Of 10,000 steps 1e15 each: more than 64 bits hold.
        var held: [String: Int128] = [:]
        for step in flow.steps {
            guard let progress = step.progress, progress.finished == nil,
                let option = step.options.first(where: { $0.name == progress.option }) ?? step.options.first,
                [flow.now, progress.started, option.duration].allSatisfy(FixedPoint.isWhole),
                FixedPoint.whole(progress.started) + FixedPoint.whole(option.duration) > FixedPoint.whole(flow.now)
            else { continue }
            for (name, amount) in option.resources where FixedPoint.isWhole(amount) {
                held[name, default: 0] += Int128(FixedPoint.whole(amount))
            }
        }
        for (name, amount) in held.sorted(by: { $0.key < $1.key }) {
            guard let most = flow.capacity[name]?.most, FixedPoint.isWhole(most),
                amount > Int128(FixedPoint.whole(most))
            else { continue }
            report.add(
                [.key("capacity"), .key(name)],
                "more of \(quoted(name)) is held than there is: steps that have begun hold "
                    + "\(Double(amount) / Double(FixedPoint.scale)), and there are at most \(FixedPoint.text(most))"
            )
        }
    }

    /// Single durations that are at fault were reported.
    private mutating func checkTotalDuration() {
        let total = flow.steps.reduce(0) { sum, step in
            let durations = step.options.map(\.duration).filter {
                fault(of: $0, maximum: Flow.maximumDuration, unit: "") == nil
            }
            let lags = step.lags.flatMap { [$0.minimum, $0.maximum ?? 0] }.filter {
                fault(of: $0, maximum: Flow.maximumDuration, unit: "") == nil
            }
            return sum + (durations.max() ?? 0) + lags.reduce(0, +)
        }
        guard total > Flow.maximumTotalDuration else { return }
        report.add(
            [.key("steps")],
            "durations and lags add up to \(total) s: at most \(FixedPoint.text(Flow.maximumTotalDuration)) s can be planned"
        )
    }

    /// Single amounts that are at fault were reported.
    private mutating func checkTotalUse() {
        func check(_ path: [FlowIssue.PathElement], _ name: String, _ amount: (StepOption) -> Double) {
            let total = flow.steps.reduce(0) { $0 + ($1.options.map(amount).filter(\.isFinite).max() ?? 0) }
            guard total > Flow.maximumTotalUse else { return }
            report.add(path, "\(name) adds up to \(total): at most \(Flow.maximumTotalUse) can be planned")
        }
        check([.key("steps")], "the cost", \.cost)
        for name in flow.constraints.budgets.keys.sorted() {
            check([.constraint("budgets"), .key(name)], "what is asked of \(quoted(name))") { $0.resources[name] ?? 0 }
        }
    }

    /// The submitted order with each step moved behind what it waits for.
    ///
    /// Cycles are reported.
    private mutating func checkOrder() -> [Int] {
        let rings = StartRings(flow)
        var waitsFor = flow.steps.enumerated().map { place, step in
            (step.dependencies + step.lags.map(\.step)).map { id -> Int? in
                guard let other = placeOf[id], other != place, !rings.isInside(place, other) else { return nil }
                return other
            }
        }
        // As in the flow that `StartRings` joins: one of each ring waits for all of it, the others for that one.
        for place in flow.steps.indices {
            guard let leader = rings.leader(of: place) else { continue }
            waitsFor[leader] += waitsFor[place].filter { $0 != nil }
            waitsFor[place] = waitsFor[place].map { _ in nil } + [leader]
        }
        var sorter = TopologicalOrder(waitsFor)
        for cycle in sorter.cycles(atMost: FlowValidationError.maximumIssues) {
            let ids = (cycle.steps + [cycle.steps[0]]).map { flow.steps[$0].id }
            let shown = ids.count <= 12 ? ids : ids.prefix(6) + ["… (\(ids.count - 9) more)"] + ids.suffix(3)
            let first = flow.steps[cycle.steps[0]]
            let path: [FlowIssue.PathElement] = [.key("steps"), .index(cycle.steps[0]), .key("dependencies")]
            // What another step of its ring waits for has no place here.
            let isOwn = cycle.dependency < first.dependencies.count + first.lags.count
            report.add(
                isOwn ? path + [.index(cycle.dependency)] : path,
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
