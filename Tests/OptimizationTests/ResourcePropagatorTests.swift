import Testing

@testable import Optimization

/// What is drawn from the use of a resource, against every assignment of a few steps.
@Suite struct ResourcePropagatorTests {
    /// What is tried: so many steps, up to so long, until a moment.
    private struct Size {
        var steps = 4
        var longest: Int
        var horizon = 9
    }

    /// The starts of all steps and the option of each.
    private struct Assignment {
        let starts: [Int]
        let modes: [Int]
        let values: [Int]

        func satisfies(_ literal: BoundLiteral) -> Bool {
            let value = values[Int(literal.bound / 2)]
            return (literal.bound % 2 == 0 ? value : -value) >= literal.value
        }
    }

    private static func network(_ random: inout RandomSource, _ size: Size) throws -> Network {
        let steps = (0..<size.steps).map { number in
            FlowStep(
                id: "s\(number)",
                options: (0..<(number < 2 ? 1 + random.below(3) : 1)).map { option in
                    StepOption(
                        name: "o\(option)",
                        duration: random.below(3) == 0 ? 1 : Double(1 + random.below(size.longest)),
                        resources: ["cpu": Double(1 + random.below(3))]
                    )
                }
            )
        }
        let changes =
            random.below(3) == 0
            ? [Capacity.Change(from: 0, amount: 4), .init(from: 3, amount: 2), .init(from: 5, amount: 4)]
            : [.init(from: 0, amount: 4)]
        let flow = Flow(
            steps: steps,
            capacity: ["cpu": Capacity(changes)],
            constraints: FlowConstraints(deadline: Double(size.horizon))
        )
        return Network(flow, order: try FlowProblem(flow).order, timeUnit: FixedPoint.scale)
    }

    /// All that keep to the capacity.
    private static func assignments(_ network: Network, _ model: ProofModel, _ horizon: Int) -> [Assignment] {
        var found: [Assignment] = []
        func extend(_ starts: [Int], _ modes: [Int], _ left: [Int]) {
            let step = starts.count
            guard step < network.count else {
                let end = zip(starts, modes).map { $0 + network.modes.durations[$1] }.max() ?? 0
                let chosen = (0..<network.count).flatMap { step in
                    model.hasChoice(step) ? network.modes.of(step).map { $0 == modes[step] ? 1 : 0 } : []
                }
                found.append(Assignment(starts: starts, modes: modes, values: starts + [end] + chosen))
                return
            }
            for mode in network.modes.of(step) {
                let (duration, amount) = (network.modes.durations[mode], network.modes.amount(mode, of: 0))
                for start in 0...max(0, horizon - duration) where start + duration <= horizon {
                    var left = left
                    for time in start..<start + duration { left[time] -= amount }
                    if left.allSatisfy({ $0 >= 0 }) { extend(starts + [start], modes + [mode], left) }
                }
            }
        }
        let supply = (0..<horizon).map { time in
            network.supply.amounts[network.supply.times.lastIndex { $0 <= time } ?? 0]
        }
        extend([], [], supply)
        return found
    }

    /// - Parameter propagate: false where it found that there is too little.
    private func check(_ seed: Int, _ size: Size, _ propagate: (ProofModel, inout BoundTrail) -> Bool) throws -> Int {
        var random = RandomSource(seed: UInt64(seed))
        let network = try Self.network(&random, size)
        let model = ProofModel(network, ends: 0...size.horizon)
        let every = Self.assignments(network, model, size.horizon)
        var drawn = 0
        for _ in 0..<30 {
            var trail = BoundTrail(model.domains)
            if random.below(2) == 0 { trail.decide(.atMost(model.end, size.horizon - random.below(4))) }
            for variable in 0..<model.domains.count where variable != model.end {
                let (least, most) = (trail.least(variable), trail.most(variable))
                guard least < most, random.below(4) > 0 else { continue }
                let value = least + random.below(most - least + 1)
                trail.decide(random.below(2) == 0 ? .atLeast(variable, value) : .atMost(variable, value))
                if random.below(3) == 0 { trail.decide(.atLeast(variable, trail.most(variable))) }
            }
            let decided = trail.entries.count
            let isSound = propagate(model, &trail)
            for entry in trail.entries.dropFirst(decided) {
                guard case .stored(let start, let count) = entry.reason else { continue }
                drawn += 1
                let reason = trail.stored[Int(start)..<Int(start + count)]
                let literal = BoundLiteral(bound: entry.bound, value: entry.value)
                #expect(every.allSatisfy { $0.satisfies(literal) || !reason.allSatisfy($0.satisfies) })
            }
            guard !isSound, let conflict = trail.takeConflict(), case .stored(let start, let count) = conflict.reason
            else {
                continue
            }
            drawn += 1
            let reason = trail.stored[Int(start)..<Int(start + count)]
            #expect(
                every.allSatisfy { assignment in
                    conflict.literal.map(assignment.satisfies) ?? false || !reason.allSatisfy(assignment.satisfies)
                }
            )
        }
        return drawn
    }

    @Test func timetablesExplainWhatTheyDraw() throws {
        let drawn = try (0..<60).reduce(0) { sum, seed in
            try sum
                + check(seed, Size(longest: 4)) { model, trail in
                    var timetable = TimetablePropagator(model)
                    return timetable.propagate(0, &trail)
                }
        }
        #expect(drawn > 300)
    }

    /// Where a short step goes past a long one at once.
    @Test func timetablesExplainWhatTheyDrawFarAway() throws {
        let drawn = try (0..<60).reduce(0) { sum, seed in
            try sum
                + check(seed, Size(steps: 3, longest: 16, horizon: 18)) { model, trail in
                    var timetable = TimetablePropagator(model)
                    return timetable.propagate(0, &trail)
                }
        }
        #expect(drawn > 100)
    }

    @Test func energyExplainsWhatItDraws() throws {
        let drawn = try (0..<60).reduce(0) { sum, seed in
            try sum
                + check(seed, Size(longest: 7)) { model, trail in
                    var energy = EnergyPropagator(model)
                    return energy.propagate(0, &trail)
                }
        }
        #expect(drawn > 300)
    }
}
