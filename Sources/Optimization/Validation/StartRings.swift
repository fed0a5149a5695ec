/// Steps that start together because each must not start before the next one, all the way round.
///
/// A link counts that asks for no more than the other's start: from its start, or from the finish of a step that takes no time,
/// with a least lag of 0. Where such links form a ring the starts are equal, which is no fault of the flow; any other link inside a ring
/// makes it a cycle that nobody could begin.
struct StartRings {
    /// Submitted places of the steps of each ring, the first submitted first.
    let rings: [[Int]]
    /// By submitted place; −1: in none.
    private let ringOf: [Int]

    init(_ flow: Flow) {
        var placeOf: [String: Int] = [:]
        for (place, step) in flow.steps.enumerated() where placeOf[step.id] == nil { placeOf[step.id] = place }
        // What has begun is where it is, whatever it waits for.
        func isOpen(_ place: Int) -> Bool { flow.steps[place].progress == nil }
        var together = [[Int]](repeating: [], count: flow.steps.count)
        var apart: [(step: Int, other: Int)] = []
        for (place, step) in flow.steps.enumerated() where isOpen(place) {
            for lag in step.dependencies.map({ StepLag(step: $0) }) + step.lags {
                guard let other = placeOf[lag.step], other != place, isOpen(other) else { continue }
                if lag.isOfStart(flow.steps[other]) {
                    together[place].append(other)
                } else {
                    apart.append((place, other))
                }
            }
        }
        let components = Self.components(together)
        let broken = Set(
            apart.lazy.filter { components[$0.step] == components[$0.other] }.map { components[$0.step] }
        )
        var members: [Int: [Int]] = [:]
        for (place, component) in components.enumerated() where !broken.contains(component) {
            members[component, default: []].append(place)
        }
        rings = members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        var ringOf = [Int](repeating: -1, count: flow.steps.count)
        for (number, ring) in rings.enumerated() { for place in ring { ringOf[place] = number } }
        self.ringOf = ringOf
    }

    func isInside(_ step: Int, _ other: Int) -> Bool { ringOf[step] >= 0 && ringOf[step] == ringOf[other] }

    /// The step that a step of a ring starts with; nil: it is in none, or it is the one that the others start with.
    func leader(of step: Int) -> Int? {
        guard ringOf[step] >= 0, let leader = rings[ringOf[step]].first, leader != step else { return nil }
        return leader
    }

    /// The flow in which one step of each ring waits for all that the ring waits for, and the others start with it.
    ///
    /// The same schedules are schedules of it.
    func joined(_ flow: Flow) -> Flow {
        guard !rings.isEmpty else { return flow }
        var steps = flow.steps
        for ring in rings {
            let ids = Set(ring.map { flow.steps[$0].id })
            let release = ring.reduce(0.0) { max($0, flow.steps[$1].release) }
            let leader = ring[0]
            for place in ring.dropFirst() {
                steps[place] = flow.steps[place].with(
                    dependencies: [],
                    lags: [StepLag(step: flow.steps[leader].id, from: .start, minimum: 0, maximum: 0)],
                    release: release
                )
            }
            steps[leader] = flow.steps[leader].with(
                dependencies: ring.flatMap { flow.steps[$0].dependencies }.filter { !ids.contains($0) },
                lags: ring.flatMap { flow.steps[$0].lags }.filter { !ids.contains($0.step) },
                release: release
            )
        }
        return flow.with(steps: steps)
    }

    /// The strongly connected components of a graph, by node: those that reach each other have the same number.
    ///
    /// In two passes without recursion, as a chain may be as long as a flow (Sharir, Computers & Mathematics with
    /// Applications 7, 1981).
    private static func components(_ arrows: [[Int]]) -> [Int] {
        var isSeen = [Bool](repeating: false, count: arrows.count)
        var finished: [Int] = []
        for root in arrows.indices where !isSeen[root] {
            isSeen[root] = true
            var path = [(node: root, next: 0)]
            while let last = path.last {
                guard last.next < arrows[last.node].count else {
                    finished.append(last.node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let other = arrows[last.node][last.next]
                guard !isSeen[other] else { continue }
                isSeen[other] = true
                path.append((other, 0))
            }
        }
        let reversed = Adjacency(arrows).reversed
        var component = [Int](repeating: -1, count: arrows.count)
        for root in finished.reversed() where component[root] < 0 {
            component[root] = root
            var open = [root]
            while let node = open.popLast() {
                for other in reversed[node] where component[other] < 0 {
                    component[other] = root
                    open.append(other)
                }
            }
        }
        return component
    }
}

extension StepLag {
    /// Whether it asks for nothing but that the other step has started.
    fileprivate func isOfStart(_ other: FlowStep) -> Bool {
        guard FixedPoint.isWhole(minimum), FixedPoint.whole(minimum) == 0 else { return false }
        return origin == .start || !other.options.contains(where: \.takesTime)
    }
}

extension StepOption {
    /// Whether it takes a millionth of a second at least; what takes none is a milestone, and holds nothing.
    var takesTime: Bool { !FixedPoint.isWhole(duration) || FixedPoint.whole(duration) != 0 }
}
