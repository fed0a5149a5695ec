/// Says how good the schedule in a generator is.
struct Scoring {
    private let network: Network
    private let tables: NetworkTables
    private let measure: FlowConstraints.Quality.Measure
    /// Unit of time in seconds.
    private let second: Double
    private let begunFinish: Int
    private let begunCost: Int
    private let begunQualities: [Double]
    private let begunLateness: Double
    private let hasDues: Bool
    /// For shares of what is passed.
    private let scale: Double

    init(_ tables: NetworkTables, measure: FlowConstraints.Quality.Measure) {
        let network = tables.network
        self.network = network
        self.tables = tables
        self.measure = measure
        second = Double(network.timeUnit) / Double(FixedPoint.scale)
        begunFinish = network.begunFinish
        begunCost = network.begun.reduce(0) { $0 + FixedPoint.whole($1.option.cost) }
        begunQualities = network.begun.compactMap(\.option.quality)
        begunLateness = network.begun.reduce(0) { $0 + $1.lateness }
        hasDues = network.dues.contains { $0 < Int.max }
        scale = 1 / Double(max(1, network.modes.durations.max() ?? 1))
    }

    /// - Parameter passed: what the generator returned.
    func score(_ generator: SerialGenerationScheme, passed: Int) -> Score {
        score(generator.finishes, generator.modes, violation: generator.excess() + Double(passed) * scale)
    }

    /// Of a schedule that keeps to everything but perhaps the deadline.
    func score(starts: [Int], modes: [Int]) -> Score {
        score(starts.indices.map { starts[$0] + network.modes.durations[modes[$0]] }, modes, violation: 0)
    }

    private func score(
        _ finishes: some RandomAccessCollection<Int>,
        _ modes: some RandomAccessCollection<Int>,
        violation: Double
    ) -> Score {
        let makespan = finishes.prefix(tables.count).reduce(begunFinish, max)
        let (cost, quality) = totals(modes.prefix(tables.count))
        return Score(
            violation: violation,
            late: max(0, makespan - network.deadline),
            value: value(makespan, cost, quality, hasDues ? lateness(finishes) : 0),
            makespan: makespan,
            cost: cost,
            quality: quality
        )
    }

    /// The objective.
    ///
    /// - Parameters:
    ///   - makespan: units of time.
    ///   - cost: millionths.
    func value(_ makespan: Int, _ cost: Int, _ quality: Double, _ lateness: Double) -> Double {
        let objective = network.objective
        let time = objective.makespan * Double(makespan) * second
        return time + objective.cost * FixedPoint.double(cost) - objective.quality * quality + lateness + begunLateness
    }

    /// How far two values may be apart that are the same, added up in another order.
    func tolerance(_ makespan: Int, _ cost: Int, _ value: Double) -> Double {
        let objective = network.objective
        let time = objective.makespan * Double(makespan) * second
        let terms = time + objective.cost * FixedPoint.double(cost) + objective.quality + abs(value)
        return 16 * terms.ulp + objective.quality * 1e-12
    }

    private func lateness(_ finishes: some RandomAccessCollection<Int>) -> Double {
        var sum = 0.0
        for (step, finish) in finishes.prefix(tables.count).enumerated() where finish > network.dues[step] {
            sum += Double(finish - network.dues[step]) * network.weights[step]
        }
        return sum
    }

    /// Cost in millionths, and quality, with those of steps that have begun.
    func totals(_ modes: some RandomAccessCollection<Int>) -> (cost: Int, quality: Double) {
        var cost = begunCost
        for mode in modes { cost += network.modes.costs[mode] }
        var folded = QualityFold(measure)
        for quality in begunQualities { folded.add(quality) }
        for mode in modes {
            if let quality = network.modes.qualities[mode] { folded.add(quality) }
        }
        return (cost, folded.quality)
    }
}
