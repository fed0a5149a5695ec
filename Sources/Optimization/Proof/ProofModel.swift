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
    /// By way; −1: the step has no other.
    let wayVariables: [Int]
    /// By variable, the step it belongs to; the end belongs to none: −1.
    let steps: [Int]
    let edges: [Edge]
    /// Edges that begin or end at each step, and at the end.
    let edgesOf: Adjacency
    let resourceCount: Int
    /// Of resource r by way w: `amounts[w * resourceCount + r]`.
    let amounts: [Int]
    /// Steps that may hold a resource, by resource, and the other way around.
    let holders: Adjacency
    let resourcesOf: Adjacency
    let capacities: [Int]
    /// By resource: from when to when how much of the greatest capacity is not there.
    let outages: [[(from: Int, to: Int, amount: Int)]]
    /// By resource: whether all its work in any stretch of time can be counted.
    let isCountable: [Bool]
    /// Of budget b by way w: `uses[w * limits.count + b]`.
    let uses: [Int]
    let limits: [Int]

    /// - Parameter ends: makespans that count.
    init(_ network: Network, ends: ClosedRange<Int>) {
        let ways = network.ways
        let windows = TimeWindows(network)
        let longest = min(ends.upperBound, network.horizon, network.deadline)
        count = network.count
        end = network.count
        durations = ways.durations
        offsets = ways.offsets
        var domains = (0..<network.count).map { step in
            (least: windows.heads[step], most: min(network.latest[step], longest - windows.tails[step]))
        }
        domains.append((max(windows.length, ends.lowerBound), longest))
        var steps = Array(0..<count) + [-1]
        var wayVariables = [Int](repeating: -1, count: ways.count)
        for step in 0..<count where ways.of(step).count > 1 {
            for way in ways.of(step) {
                wayVariables[way] = domains.count
                domains.append((0, 1))
                steps.append(step)
            }
        }
        self.domains = domains
        self.steps = steps
        self.wayVariables = wayVariables
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
        amounts = (0..<ways.count).flatMap { way in (0..<resources).map { ways.amount(way, of: $0) } }
        let amounts = amounts
        holders = Adjacency(
            (0..<resources).map { resource in
                (0..<network.count).filter { ways.of($0).contains { amounts[$0 * resources + resource] > 0 } }
            }
        )
        resourcesOf = Adjacency(
            (0..<count).map { step in
                (0..<resources).filter { resource in ways.of(step).contains { amounts[$0 * resources + resource] > 0 } }
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
        uses = ways.uses
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
        domains.contains { $0.least > $0.most } || (0..<count).contains { ways(of: $0).isEmpty }
    }

    // MARK: - Ways

    func ways(of step: Int) -> Range<Int> { offsets[step]..<offsets[step + 1] }

    func hasChoice(_ step: Int) -> Bool { offsets[step + 1] - offsets[step] > 1 }

    func isPossible(_ way: Int, _ trail: BoundTrail) -> Bool {
        wayVariables[way] < 0 || trail.most(wayVariables[way]) > 0
    }

    /// The shortest of the possible ways; where none is left, which is noticed elsewhere, any.
    func shortest(_ step: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return durations[offsets[step]] }
        var least = Int.max
        for way in ways(of: step) where durations[way] < least && isPossible(way, trail) { least = durations[way] }
        return least < Int.max ? least : durations[offsets[step]]
    }

    /// The longest of the possible ways; where none is left any.
    func longest(_ step: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return durations[offsets[step]] }
        var most = -1
        for way in ways(of: step) where durations[way] > most && isPossible(way, trail) { most = durations[way] }
        return most >= 0 ? most : durations[offsets[step]]
    }

    /// The least that a possible way holds; where none is left nothing.
    func leastAmount(_ step: Int, of resource: Int, _ trail: BoundTrail) -> Int {
        guard hasChoice(step) else { return amounts[offsets[step] * resourceCount + resource] }
        var least = Int.max
        for way in ways(of: step) where isPossible(way, trail) {
            least = min(least, amounts[way * resourceCount + resource])
        }
        return least < Int.max ? least : 0
    }

    /// That a way is not chosen.
    func excluded(_ way: Int) -> BoundLiteral { .atMost(wayVariables[way], 0) }

    func chosen(_ way: Int) -> BoundLiteral { .atLeast(wayVariables[way], 1) }
}
