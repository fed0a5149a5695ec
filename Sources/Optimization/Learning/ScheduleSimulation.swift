/// What becomes of a schedule when steps take as long as they were seen to take (Monte Carlo).
///
/// Each run draws a duration for every step of which runs are known, independently of the others; then the steps start in the
/// order of the schedule, each as early as what it waits for and the resources let it. Where runs share a slow day, durations
/// are not independent, and the spread is greater than is said here.
package struct ScheduleSimulation: Sendable, Equatable {
    private static let mostRuns = 1_000
    /// Of large flows there are fewer runs: so many steps are put in all.
    private static let mostSteps = 2_000_000
    private static let fewestRuns = 50

    package let runs: Int
    /// Seconds, of the makespan.
    package let median: Double
    package let p90: Double
    /// Share of the runs that end by the flow's deadline, 0…1; nil: it has none.
    package let deadlineChance: Double?

    /// - Parameters:
    ///   - schedule: of the flow.
    ///   - observed: by step; those that have begun are where they are.
    /// - Returns: nil where no open step was observed.
    package init?(
        _ problem: FlowProblem,
        _ schedule: Schedule,
        observed: [String: DurationDistribution],
        seed: UInt64,
        isCancelled: () -> Bool = { false }
    ) {
        let flow = problem.flow
        // Drawn durations are no multiples of anything.
        let network = Network(flow, order: problem.order, timeUnit: 1)
        let ids = network.submittedIndex.map { flow.steps[$0].id }
        let known = ids.indices.filter { observed[ids[$0]] != nil }
        guard !known.isEmpty else { return nil }
        let tables = NetworkTables(network)
        let generator = SerialGenerationScheme(tables)
        let list = UnsafeMutableBufferPointer<Int>.filled(network.count)
        defer { list.deallocate() }
        let planned = Dictionary(uniqueKeysWithValues: schedule.steps.map { ($0.step, $0) })
        LinkOrder(tables).order(into: list, .forward) { planned[ids[$0]]?.start ?? 0 }
        for step in 0..<network.count {
            let options = flow.steps[network.submittedIndex[step]].options
            let name = planned[ids[step]]?.option
            generator.modes[step] =
                network.modes.of(step).first { options[network.modes.options[$0]].name == name }
                ?? network.modes.offsets[step]
        }
        var random = RandomSource(seed: seed)
        var makespans: [Int] = []
        let wanted = max(Self.fewestRuns, min(Self.mostRuns, Self.mostSteps / network.count))
        var broken = 0
        for _ in 0..<wanted where !isCancelled() {
            for step in known {
                guard let seconds = observed[ids[step]]?.sample(random.unit()) else { continue }
                tables.durations[generator.modes[step]] = FixedPoint.whole(seconds)
            }
            // A run that breaks a greatest lag, or finds no room for a step any more, meets no deadline.
            let isBroken = generator.generate(list, .forward) > 0
            broken += isBroken ? 1 : 0
            makespans.append(generator.finishes.prefix(network.count).reduce(network.begunFinish, max))
        }
        guard !makespans.isEmpty else { return nil }
        runs = makespans.count
        makespans.sort()
        median = FixedPoint.double(makespans[(makespans.count - 1) / 2])
        p90 = FixedPoint.double(makespans[(makespans.count * 9 + 9) / 10 - 1])
        deadlineChance = flow.constraints.deadline.map { deadline in
            let inTime = makespans.count { $0 <= FixedPoint.whole(deadline) }
            return Double(max(0, inTime - broken)) / Double(makespans.count)
        }
    }
}

extension Flow {
    /// The same flow with other durations of steps that have one option and have not begun.
    package func with(durations: [String: Double]) -> Flow {
        with(
            steps: steps.map { step in
                guard let seconds = durations[step.id], step.options.count == 1, step.progress == nil else {
                    return step
                }
                return step.with(options: [step.only.lasting(seconds)])
            }
        )
    }
}
