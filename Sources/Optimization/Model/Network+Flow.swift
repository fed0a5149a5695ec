import Foundation

extension Network {
    /// Compiles a flow that was checked.
    ///
    /// - Parameters:
    ///   - order: submitted places in an order in which every step comes after those it waits for.
    ///   - timeUnit: millionths of a second; nil: the greatest that divides all times.
    init(_ flow: Flow, order: [Int], timeUnit unit: Int? = nil) {
        let open = order.filter { flow.steps[$0].progress == nil }
        let clock = unit.map { Clock(unit: $0) } ?? Clock(flow)
        let begun = flow.steps.indices.compactMap { BegunStep(flow, $0, clock) }
        let useCount = FlowBudget.kinds(flow)
        count = open.count
        submittedIndex = open
        timeUnit = clock.unit
        objective = flow.objective
        self.begun = begun
        now = clock.units(flow.now)
        supply = Supply(flow, open, begun, clock)
        modes = Modes(flow, open, clock, useCount, supply)
        budgets = useCount.map { FlowBudget($0, flow, begun) }
        deadline = flow.constraints.deadline.map(clock.units) ?? Int.max

        let steps = flow.stepsByID
        var indexOf: [String: Int] = [:]
        for (index, place) in open.enumerated() { indexOf[flow.steps[place].id] = index }
        let begunOf = Dictionary(uniqueKeysWithValues: begun.map { (flow.steps[$0.submittedIndex].id, $0) })
        var releases: [Int] = []
        var latest: [Int] = []
        var before: [[Link]] = []
        for place in open {
            let step = flow.steps[place]
            var release = max(clock.units(step.release), clock.units(flow.now))
            var last = Int.max
            var links: [Link] = []
            let lags = Set(step.dependencies).sorted().map { StepLag(step: $0) } + step.lags
            for lag in lags {
                let minimum = clock.units(lag.minimum)
                let maximum = lag.greatest(in: steps).map { $0 / clock.unit } ?? Int.max
                if let other = begunOf[lag.step] {
                    let origin = lag.origin == .finish ? other.finish : other.start
                    release = max(release, origin + minimum)
                    if maximum < Int.max { last = min(last, origin + maximum) }
                } else if let other = indexOf[lag.step] {
                    links.append(
                        Link(other: other, isFromFinish: lag.origin == .finish, minimum: minimum, maximum: maximum)
                    )
                }
            }
            releases.append(release)
            latest.append(last)
            before.append(links)
        }
        self.releases = releases
        self.latest = latest
        links = Links(before: before)
        dues = open.map { flow.steps[$0].due.map(clock.units) ?? Int.max }
        weights = open.map { flow.steps[$0].weight * Double(clock.unit) / Double(FixedPoint.scale) }
    }
}

/// Seconds as whole units of a flow's time.
private struct Clock {
    /// Millionths of a second.
    let unit: Int

    init(unit: Int) {
        self.unit = unit
    }

    init(_ flow: Flow) {
        var unit = FixedPoint.whole(flow.now)
        func see(_ ticks: Int) { unit = greatestCommonDivisor(unit, ticks) }
        func see(_ seconds: Double) { see(FixedPoint.whole(seconds)) }
        let steps = flow.stepsByID
        for step in flow.steps {
            see(step.release)
            if let due = step.due { see(due) }
            for option in step.options { see(option.duration) }
            for lag in step.lags {
                see(lag.minimum)
                if let greatest = lag.greatest(in: steps) { see(greatest) }
            }
            if let progress = step.progress {
                see(progress.started)
                if let finished = progress.finished { see(finished) }
            }
        }
        for capacity in flow.capacity.values {
            for change in capacity.changes { see(change.from) }
        }
        self.unit = max(1, unit)
    }

    /// Whole units that have passed then; all times but the deadline are whole numbers of them.
    func units(_ seconds: Double) -> Int { FixedPoint.whole(seconds) / unit }
}

extension BegunStep {
    /// Nil: it has not begun.
    fileprivate init?(_ flow: Flow, _ place: Int, _ clock: Clock) {
        let step = flow.steps[place]
        guard let progress = step.progress else { return nil }
        option = step.options.first { $0.name == progress.option } ?? step.options[0]
        submittedIndex = place
        start = clock.units(progress.started)
        let running = max(clock.units(flow.now), start + clock.units(option.duration))
        let end = progress.finished.map(clock.units) ?? running
        finish = end
        let late = step.due.map { FixedPoint.double(end * clock.unit - FixedPoint.whole($0)) } ?? 0
        lateness = progress.finished == nil ? max(0, late) * step.weight : 0
    }
}

extension Links {
    fileprivate init(before: [[Link]]) {
        var after = [[Link]](repeating: [], count: before.count)
        for (step, links) in before.enumerated() {
            for link in links {
                after[link.other].append(
                    Link(other: step, isFromFinish: link.isFromFinish, minimum: link.minimum, maximum: link.maximum)
                )
            }
        }
        self.before = before
        self.after = after
        hasMaximum = before.contains { $0.contains { $0.maximum < Int.max } }
    }
}

extension Modes {
    fileprivate init(
        _ flow: Flow,
        _ open: [Int],
        _ clock: Clock,
        _ kinds: [FlowBudget.Kind],
        _ supply: Supply
    ) {
        let numbers = Dictionary(uniqueKeysWithValues: zip(supply.names, supply.names.indices))
        var offsets = [0]
        var options: [Int] = []
        var durations: [Int] = []
        var resources: [[Int]] = []
        var amounts: [[Int]] = []
        var uses: [Int] = []
        var costs: [Int] = []
        var qualities: [Double?] = []
        for place in open {
            let step = flow.steps[place]
            for (number, option) in step.options.enumerated() where flow.allows(option) {
                let demands: [(Int, Int)] =
                    clock.units(option.duration) == 0
                    ? []
                    : option.resources.compactMap { name, amount in
                        let whole = FixedPoint.whole(amount)
                        return whole > 0 ? numbers[name].map { ($0, whole / supply.units[$0]) } : nil
                    }.sorted { $0.0 < $1.0 }
                // From now on there is never so much.
                guard demands.allSatisfy({ $0.1 <= supply.most[$0.0] }) else { continue }
                options.append(number)
                durations.append(clock.units(option.duration))
                resources.append(demands.map(\.0))
                amounts.append(demands.map(\.1))
                uses += kinds.map { $0.use(option, flow) }
                costs.append(FixedPoint.whole(option.cost))
                qualities.append(option.quality)
            }
            offsets.append(options.count)
        }
        self.offsets = offsets
        self.options = options
        self.durations = durations
        self.resources = Adjacency(resources)
        self.amounts = Adjacency(amounts)
        self.uses = uses
        self.costs = costs
        self.qualities = qualities
    }
}

extension Flow {
    /// False: it can never be chosen, whatever else is.
    ///
    /// It is not good enough.
    fileprivate func allows(_ option: StepOption) -> Bool {
        if let least = constraints.minimumQuality, let quality = option.quality {
            if least.measure == .minimum, quality < least.value - FlowTotals.qualityTolerance { return false }
            if least.measure == .product, quality == 0, least.value > FlowTotals.qualityTolerance { return false }
        }
        return true
    }
}

extension Supply {
    /// Limited resources that somebody asks for, by name.
    fileprivate static func names(_ flow: Flow, _ open: [Int]) -> [String] {
        var names: Set<String> = []
        for option in open.lazy.flatMap({ flow.steps[$0].options }) where FixedPoint.whole(option.duration) > 0 {
            for (name, amount) in option.resources where FixedPoint.whole(amount) > 0 && flow.capacity[name] != nil {
                names.insert(name)
            }
        }
        return names.sorted()
    }

    /// The greatest common divisor of what steps ask for.
    fileprivate static func units(_ flow: Flow, _ names: [String]) -> [Int] {
        var units: [String: Int] = [:]
        for option in flow.steps.lazy.flatMap(\.options) where FixedPoint.whole(option.duration) > 0 {
            for (name, amount) in option.resources {
                units[name] = greatestCommonDivisor(units[name] ?? 0, FixedPoint.whole(amount))
            }
        }
        return names.map { max(1, units[$0] ?? 1) }
    }

    fileprivate init(_ flow: Flow, _ open: [Int], _ begun: [BegunStep], _ clock: Clock) {
        let names = Self.names(flow, open)
        let units = Self.units(flow, names)
        let now = clock.units(flow.now)
        // Nothing is planned before now: what there was then does not matter.
        let running = begun.filter { $0.finish > now }
        var moments: Set<Int> = [0]
        for name in names {
            for change in flow.capacity[name]?.changes ?? [] where clock.units(change.from) > now {
                moments.insert(clock.units(change.from))
            }
        }
        for step in running { moments.insert(step.finish) }
        let times = moments.sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(times, times.indices))
        var amounts = [Int](repeating: 0, count: times.count * names.count)
        for (resource, name) in names.enumerated() {
            // Wide: of 10,000 steps 1e15 each are more than 64 bits hold.
            var freed = [Int128](repeating: 0, count: times.count)
            var held: Int128 = 0
            for step in running {
                let amount = Int128(FixedPoint.whole(step.option.resources[name] ?? 0))
                held += amount
                freed[places[step.finish] ?? 0] += amount
            }
            let changes = flow.capacity[name]?.changes ?? []
            var next = 0
            var given = 0
            for (place, time) in times.enumerated() {
                while next < changes.count, clock.units(changes[next].from) <= max(time, now) {
                    given = FixedPoint.whole(changes[next].amount)
                    next += 1
                }
                held -= freed[place]
                // Rounded down: what there is beyond whole units nobody can use.
                let left = Int128(given) - held
                let unit = Int128(units[resource])
                let whole = left >= 0 ? left / unit : -((unit - 1 - left) / unit)
                amounts[place * names.count + resource] = Int(clamping: whole)
            }
        }
        self.names = names
        self.units = units
        self.times = times
        self.amounts = amounts
        most = names.indices.map { resource in
            times.indices.reduce(0) { max($0, amounts[$1 * names.count + resource]) }
        }
    }
}

extension FlowBudget {
    /// Those a flow has.
    fileprivate static func kinds(_ flow: Flow) -> [Kind] {
        var kinds: [Kind] = flow.constraints.budgets.keys.sorted().map { .named($0) }
        if flow.constraints.maximumCost != nil { kinds.append(.cost) }
        // The least quality of 0 is kept by all.
        if let quality = flow.constraints.minimumQuality, quality.measure != .minimum,
            quality.value > FlowTotals.qualityTolerance
        {
            kinds.append(.quality)
        }
        return kinds
    }

    fileprivate init(_ kind: Kind, _ flow: Flow, _ begun: [BegunStep]) {
        self.kind = kind
        limit = begun.reduce(kind.limit(flow)) { $0 - kind.use($1.option, flow) }
    }
}

extension FlowBudget.Kind {
    /// Units of what is lost of quality: a logarithm of 1, or a whole quality.
    private static let qualityUnits = 1e12

    fileprivate func use(_ option: StepOption, _ flow: Flow) -> Int {
        switch self {
        case .named(let name): return FixedPoint.whole(option.resources[name] ?? 0)
        case .cost: return FixedPoint.whole(option.cost)
        case .quality:
            guard let quality = option.quality else { return 0 }
            let isProduct = flow.constraints.minimumQuality?.measure == .product
            // What can not be chosen for a product of more than 0 was left out.
            let lost = isProduct ? -log(max(quality, .leastNormalMagnitude)) : 1 - quality
            return Int((lost * Self.qualityUnits).rounded())
        }
    }

    fileprivate func limit(_ flow: Flow) -> Int {
        switch self {
        case .named(let name): return FixedPoint.whole(flow.constraints.budgets[name] ?? 0)
        case .cost: return FixedPoint.whole(flow.constraints.maximumCost ?? 0)
        case .quality:
            guard let least = flow.constraints.minimumQuality else { return 0 }
            let counted = flow.steps.count { $0.options[0].quality != nil }
            let value = max(least.value, .leastNormalMagnitude)
            let lost = least.measure == .product ? -log(value) : (1 - value) * Double(counted)
            // Each step was rounded by up to half a unit.
            return Int((lost * Self.qualityUnits).rounded(.up)) + counted
        }
    }
}
