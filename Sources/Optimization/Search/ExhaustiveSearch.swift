/// Tries every list of a small project that can lead to a shorter schedule, and so proves that there is none left.
///
/// It is enough to try lists in which the generated starts never fall (at the same start: numbers rise). Ordering an
/// optimal schedule by start and generating it again moves no step later, so repeating that ends at such a list.
final class ExhaustiveSearch {
    /// Above, the lists are too many to begin with.
    static let maximumSteps = 10
    /// Partial lists tried before it gives up: some milliseconds.
    private static let maximumNodes = 20_000

    /// The shortest schedule below the given makespan; nil: there is none, or it was not found.
    private(set) var best: Solution?
    private var makespan: Int
    private let goal: Int
    private let project: Project
    private let windows: TimeWindows
    private let view: NetworkView
    private let generator: SerialGenerator
    private let list: UnsafeMutableBufferPointer<Int>
    private var listed: [Bool]
    /// Of resource r by step s: `demands[s * resourceCount + r]`.
    private let demands: [Int]
    private var nodes = 0

    static func canTry(_ project: Project) -> Bool {
        project.count <= maximumSteps
    }

    /// - Parameter makespan: of the schedule that is to be beaten.
    init(
        _ project: Project,
        _ windows: TimeWindows,
        _ view: NetworkView,
        _ generator: SerialGenerator,
        below makespan: Int,
        goal: Int
    ) {
        self.project = project
        self.windows = windows
        self.view = view
        self.generator = generator
        self.makespan = makespan
        self.goal = goal
        list = .filled(project.count)
        listed = [Bool](repeating: false, count: project.count)
        demands = (0..<project.count).flatMap { step in
            (0..<project.resourceCount).map { project.demand(of: step, for: $0) }
        }
    }

    deinit {
        list.deallocate()
    }

    /// True when it came to its end: no schedule is shorter than `best`, or than the given makespan without one.
    func run(_ budget: inout SearchBudget) -> Bool {
        extend(0, after: (start: 0, step: -1), &budget)
    }

    /// False when it was given up.
    private func extend(_ place: Int, after last: (start: Int, step: Int), _ budget: inout SearchBudget) -> Bool {
        if place == project.count {
            makespan = project.makespan(of: Array(generator.starts.prefix(project.count)))
            best = Solution(makespan: makespan, starts: Array(generator.starts.prefix(project.count)))
            return true
        }
        for step in 0..<project.count where !listed[step] {
            guard makespan > goal else { return true }
            guard project.predecessors[step].allSatisfy({ listed[$0] }) else { continue }
            guard nodes < Self.maximumNodes, budget.allowsMore() else { return false }
            nodes += 1
            budget.spend()
            list[place] = step
            _ = generator.generate(list, view, prefix: place + 1)
            let start = generator.starts[step]
            guard (start, step) > last, start + project.durations[step] + windows.tails[step] < makespan else {
                continue
            }
            listed[step] = true
            defer { listed[step] = false }
            guard hasRoom(from: start) else { continue }
            guard extend(place + 1, after: (start, step), &budget) else { return false }
        }
        return true
    }

    /// Whether the work on each resource that is not done by `time` fits between `time` and the makespan to be beaten:
    /// no step that is not listed yet starts earlier.
    private func hasRoom(from time: Int) -> Bool {
        (0..<project.resourceCount).allSatisfy { resource in
            let work = (0..<project.count).reduce(Int128(0)) { sum, step in
                let begin = listed[step] ? max(time, generator.starts[step]) : time
                let end =
                    listed[step] ? generator.starts[step] + project.durations[step] : time + project.durations[step]
                return sum + Int128(max(0, end - begin)) * Int128(demands[step * project.resourceCount + resource])
            }
            return work <= Int128(makespan - 1 - time) * Int128(project.capacities[resource])
        }
    }
}
