/// A network as variables: the start of each step, the end of all, and for each option of a step that has several whether it is
/// chosen (0 or 1).
struct ProofModel {
    /// What starts at least (or, with `isMaximum`, at most) `lag` after the start of another step, or after its finish.
    ///
    /// `to` is a step, or the end.
    struct Edge {
        let from: Int
        let to: Int
        let lag: Int
        let isFromFinish: Bool
        let isMaximum: Bool
    }

    let count: Int
    /// The variable of the end.
    let end: Int
    /// The least and the most of each variable.
    let domains: [(least: Int, most: Int)]
    let durations: [Int]
    let offsets: [Int]
    /// By mode; −1: the step has no other.
    let modeVariables: [Int]
    /// By variable, the step it belongs to; the end belongs to none: −1.
    let steps: [Int]
    let edges: [Edge]
    /// Edges that begin or end at each step, and at the end.
    let edgesOf: Adjacency
    let resourceCount: Int
    /// Of resource r by mode m: `amounts[m * resourceCount + r]`.
    let amounts: [Int]
    /// Steps that may hold a resource, by resource, and the other way around.
    let holders: Adjacency
    let resourcesOf: Adjacency
    let capacities: [Int]
    /// By resource: from when to when how much of the greatest capacity is not there.
    let outages: [[(from: Int, to: Int, amount: Int)]]
    /// By resource: whether all its work in any stretch of time can be counted.
    let isCountable: [Bool]
    /// Of budget b by mode m: `uses[m * limits.count + b]`.
    let uses: [Int]
    let limits: [Int]

    /// - Parameter ends: makespans that count.
    init(_ network: Network, ends: ClosedRange<Int>) {
        let modes = network.modes
        let windows = TimeWindows(network)
        let longest = min(ends.upperBound, network.horizon, network.deadline)
        count = network.count
        end = network.count
        durations = modes.durations
        offsets = modes.offsets
        var domains = (0..<network.count).map { step in
            (least: windows.heads[step], most: min(network.latest[step], longest - windows.tails[step]))
        }
        domains.append((max(windows.length, ends.lowerBound), longest))
        var steps = Array(0..<count) + [-1]
        var modeVariables = [Int](repeating: -1, count: modes.count)
        for step in 0..<count where modes.of(step).count > 1 {
            for mode in modes.of(step) {
                modeVariables[mode] = domains.count
                domains.append((0, 1))
                steps.append(step)
            }
        }
        self.domains = domains
        self.steps = steps
        self.modeVariables = modeVariables
        edges = Self.edges(network)
        var edgesOf = [[Int]](repeating: [], count: count + 1)
        for (number, edge) in edges.enumerated() {
            edgesOf[edge.from].append(number)
            edgesOf[edge.to].append(number)
        }
        self.edgesOf = Adjacency(edgesOf)
        let supply = network.supply
        let resources = supply.names.count
        resourceCount = resources
        amounts = (0..<modes.count).flatMap { mode in (0..<resources).map { modes.amount(mode, of: $0) } }
        let amounts = amounts
        holders = Adjacency(
            (0..<resources).map { resource in
                (0..<network.count).filter { modes.of($0).contains { amounts[$0 * resources + resource] > 0 } }
            }
        )
        resourcesOf = Adjacency(
            (0..<count).map { step in
                (0..<resources).filter { resource in modes.of(step).contains { amounts[$0 * resources + resource] > 0 }
                }
            }
        )
        capacities = supply.most.map { max(0, $0) }
        let capacities = capacities
        outages = (0..<resources).map { resource in
            var outages: [(from: Int, to: Int, amount: Int)] = []
            for place in supply.times.indices {
                let missing = capacities[resource] - max(0, supply.amounts[place * resources + resource])
                guard missing > 0 else { continue }
                let (from, to) = (
                    supply.times[place], place + 1 < supply.times.count ? supply.times[place + 1] : Int.max
                )
                // The moments are those of all resources.
                if let last = outages.last, last.to == from, last.amount == missing {
                    outages[outages.count - 1].to = to
                } else {
                    outages.append((from, to, missing))
                }
            }
            return outages
        }
        let most = max(1, network.count + 2).multipliedReportingOverflow(by: max(1, longest))
        isCountable = capacities.map {
            !most.overflow && !$0.multipliedReportingOverflow(by: most.partialValue).overflow
        }
        uses = modes.uses
        limits = network.budgets.map(\.limit)
    }

    private static func edges(_ network: Network) -> [Edge] {
        var edges: [Edge] = []
        var isFollowed = [Bool](repeating: false, count: network.count)
        for step in 0..<network.count {
            for link in network.links.before[step] {
                if link.isFromFinish { isFollowed[link.other] = true }
                func add(_ lag: Int, isMaximum: Bool) {
                    edges.append(
                        Edge(
                            from: link.other,
                            to: step,
                            lag: lag,
                            isFromFinish: link.isFromFinish,
                            isMaximum: isMaximum
                        )
                    )
                }
                add(link.minimum, isMaximum: false)
                if link.maximum < Int.max { add(link.maximum, isMaximum: true) }
            }
        }
        for step in 0..<network.count where !isFollowed[step] {
            edges.append(Edge(from: step, to: network.count, lag: 0, isFromFinish: true, isMaximum: false))
        }
        return edges
    }

    /// Whether what is known from the start leaves a variable nothing.
    var isContradictory: Bool {
        domains.contains { $0.least > $0.most } || (0..<count).contains { modes(of: $0).isEmpty }
    }

    // MARK: - Modes

    func modes(of step: Int) -> Range<Int> { offsets[step]..<offsets[step + 1] }

    func hasChoice(_ step: Int) -> Bool { offsets[step + 1] - offsets[step] > 1 }

    func isPossible(_ mode: Int, _ trail: BoundTrail) -> Bool {
        modeVariables[mode] < 0 || trail.most(modeVariables[mode]) > 0
    }

    /// The shortest of the possible modes; where none is left, which is noticed elsewhere, any.
    func shortest(_ step: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return durations[offsets[step]] }
        var least = Int.max
        for mode in modes(of: step) where durations[mode] < least && isPossible(mode, trail) { least = durations[mode] }
        return least < Int.max ? least : durations[offsets[step]]
    }

    /// The longest of the possible modes; where none is left any.
    func longest(_ step: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return durations[offsets[step]] }
        var most = -1
        for mode in modes(of: step) where durations[mode] > most && isPossible(mode, trail) { most = durations[mode] }
        return most >= 0 ? most : durations[offsets[step]]
    }

    /// The least that a possible mode holds; where none is left nothing.
    func leastAmount(_ step: Int, of resource: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return amounts[offsets[step] * resourceCount + resource] }
        var least = Int.max
        for mode in modes(of: step) where isPossible(mode, trail) {
            least = min(least, amounts[mode * resourceCount + resource])
        }
        return least < Int.max ? least : 0
    }

    /// That a mode is not chosen.
    func excluded(_ mode: Int) -> BoundLiteral { .atMost(modeVariables[mode], 0) }

    func chosen(_ mode: Int) -> BoundLiteral { .atLeast(modeVariables[mode], 1) }
}
