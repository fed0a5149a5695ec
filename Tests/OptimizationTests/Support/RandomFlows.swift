import Optimization

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
}
