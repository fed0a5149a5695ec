/// Steps that fill a schedule's makespan without a gap, each starting when the one before has finished, and why.
struct CriticalChain {
    enum Reason: Equatable {
        case first
        case dependency(on: Int)
        /// `step` held what the next one needs of `resource`.
        case resource(Int, heldBy: Int)
        /// It just starts then: in a schedule that is not as early as possible.
        case follows(Int)

        var step: Int? {
            switch self {
            case .first: nil
            case .dependency(let step), .resource(_, let step), .follows(let step): step
            }
        }
    }

    /// In the order they run.
    let links: [(step: Int, reason: Reason)]

    init(_ project: Project, _ solution: Solution) {
        let tracer = Tracer(project, solution)
        var links: [(step: Int, reason: Reason)] = []
        var step = tracer.last
        while let current = step {
            let reason = tracer.reason(current)
            links.append((current, reason))
            step = reason.step
        }
        self.links = links.reversed()
    }
}

/// Looks backward in a schedule.
private struct Tracer {
    private let project: Project
    private let starts: [Int]
    private let profile: ResourceProfile
    /// Steps that take time, by when they finish.
    private var finishing: [Int: [Int]] = [:]
    /// A step that finishes last; nil without steps.
    let last: Int?

    init(_ project: Project, _ solution: Solution) {
        self.project = project
        starts = solution.starts
        profile = ResourceProfile(project, solution)
        for step in 0..<project.count where project.durations[step] > 0 {
            finishing[solution.starts[step] + project.durations[step], default: []].append(step)
        }
        // Of those the last by number: a milestone at the end stands behind what it waits for.
        last = (0..<project.count).last { solution.starts[$0] + project.durations[$0] == solution.makespan }
    }

    func reason(_ step: Int) -> CriticalChain.Reason {
        let start = starts[step]
        let dependency = project.predecessors[step].last { starts[$0] + project.durations[$0] == start }
        if let dependency { return .dependency(on: dependency) }
        guard start > 0 else { return .first }
        let finishing = finishing[start] ?? []
        for (resource, amount) in zip(project.demandResources[step], project.demandAmounts[step]) {
            guard profile.held(resource, before: start) + amount > project.capacities[resource] else { continue }
            if let holder = finishing.first(where: { project.demand(of: $0, for: resource) > 0 }) {
                return .resource(resource, heldBy: holder)
            }
        }
        return finishing.first.map { .follows($0) } ?? .first
    }
}
