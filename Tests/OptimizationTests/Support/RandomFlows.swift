@testable import Optimization

/// Flows that are sound, of any shape; the same for the same seed.
struct RandomFlows {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    private mutating func unit() -> Double { Double(below(1_000_000)) / 1_000_000 }

    /// - Parameter tightness: share of the steps' total demand that is there, beside the greatest demand.
    func flow(steps count: Int, tightness: Double? = nil) -> Flow {
        var random = self
        let names = ["cpu", "gpu", "memory", "licence"].prefix(1 + random.below(4))
        let chance = 0.2 + 0.8 * random.unit()
        let arrows = random.below(4)
        // The identity of a step says nothing of its place: dependencies also point at steps submitted later.
        var places = Array(0..<count)
        for place in places.indices.reversed() { places.swapAt(place, random.below(place + 1)) }
        if random.below(2) == 0 { places = Array(0..<count) }

        var steps: [FlowStep?] = Array(repeating: nil, count: count)
        for number in 0..<count {
            var resources: [String: Double] = [:]
            for name in names where random.unit() < chance { resources[name] = Double(1 + random.below(30)) / 10 }
            if random.below(10) == 0 { resources["air"] = 5 }
            let before =
                number == 0 ? [] : (0..<random.below(arrows + 1)).map { _ in "s\(places[random.below(number)])" }
            let duration = random.below(12) == 0 ? 0 : Double(random.below(200)) / 10
            steps[places[number]] = step("s\(places[number])", duration, resources, after: before)
        }
        let made = steps.compactMap(\.self)
        var capacity: [String: Double] = ["unused": 3]
        for name in names where tightness != nil || random.below(8) > 0 {
            let demands = made.map { $0.resources[name] ?? 0 }
            let share = tightness ?? random.unit()
            let slack = (demands.reduce(0, +) * 0.1 * share * 10).rounded() / 10
            capacity[name] = (demands.max() ?? 0) + slack
        }
        return Flow(steps: made, capacity: capacity)
    }

    /// Small whole numbers, so that schedules fill their resources to the brim.
    func packed(steps count: Int) -> Flow {
        var random = self
        let steps = (0..<count).map { number in
            let before = number > 1 && random.below(3) == 0 ? ["s\(random.below(number))"] : []
            let amounts = ["cpu": Double(1 + random.below(2)), "gpu": Double(random.below(3))]
            return step("s\(number)", Double(1 + random.below(3)), amounts, after: before)
        }
        return Flow(steps: steps, capacity: ["cpu": 3, "gpu": 3])
    }

    /// A few steps with everything a flow may have, small whole numbers, some of them not to be kept together.
    func rich(steps count: Int) -> Flow {
        var random = self
        func resources() -> [String: Double] {
            ["cpu": Double(random.below(3)), "gpu": Double(random.below(2)), "tokens": Double(random.below(6))]
        }
        let hasQuality = random.below(3) == 0
        let hasLags = random.below(2) == 0
        let begins = random.below(4) == 0
        let steps = (0..<count).map { number -> FlowStep in
            let options = (0..<(1 + random.below(3))).map { option in
                StepOption(
                    name: "o\(option)",
                    duration: Double(random.below(5)),
                    resources: resources(),
                    cost: Double(random.below(8)),
                    quality: hasQuality ? Double(5 + random.below(6)) / 10 : nil
                )
            }
            var lags: [StepLag] = []
            if hasLags, number > 0, random.below(2) == 0 {
                let minimum = random.below(3)
                lags.append(
                    StepLag(
                        step: "s\(random.below(number))",
                        from: random.below(2) == 0 ? .start : .finish,
                        minimum: Double(minimum),
                        maximum: random.below(2) == 0 ? Double(minimum + random.below(4)) : nil
                    )
                )
            }
            let progress: StepProgress? =
                begins && number == 0
                ? StepProgress(started: 0, finished: random.below(2) == 0 ? 1 : nil, option: options[0].name) : nil
            return FlowStep(
                id: "s\(number)",
                options: options,
                dependencies: number > 0 && random.below(2) == 0 ? ["s\(random.below(number))"] : [],
                lags: lags,
                release: random.below(4) == 0 ? Double(random.below(5)) : 0,
                due: random.below(4) == 0 ? Double(random.below(16)) / 2 : nil,
                weight: Double(1 + random.below(3)),
                progress: progress
            )
        }
        var capacity = ["cpu": Capacity(2), "gpu": Capacity(1)]
        if random.below(3) == 0 {
            capacity["cpu"] = Capacity([
                .init(from: 0, amount: Double(random.below(3))), .init(from: 3, amount: 3), .init(from: 7, amount: 2),
            ])
        }
        var constraints = FlowConstraints()
        if random.below(2) == 0 { constraints.budgets["tokens"] = Double(count * 2) }
        if random.below(3) == 0 { constraints.maximumCost = Double(count * 4) }
        if random.below(3) == 0 { constraints.deadline = Double(4 + random.below(12)) }
        if hasQuality {
            let measures = FlowConstraints.Quality.Measure.allCases
            let measure = measures[random.below(measures.count)]
            constraints.minimumQuality = .init(measure == .product ? 0.2 : 0.6, measure)
        }
        let objectives = [
            FlowObjective.makespan, FlowObjective(cost: 1), FlowObjective(quality: 1),
            FlowObjective(makespan: 2, cost: 0.5, quality: 3),
        ]
        return Flow(
            steps: steps,
            capacity: capacity,
            constraints: constraints,
            objective: objectives[random.below(objectives.count)],
            now: begins ? 1 : 0
        )
    }
}
