/// What a search came to, for those who explain it.
struct Findings {
    let problem: PlainProblem
    let windows: TimeWindows
    /// Generated from the submitted order.
    let submitted: Solution
    /// What is returned; not longer than `submitted`.
    let solution: Solution
    let bound: LowerBound
    /// Fills the makespan of `solution`.
    let chain: CriticalChain
    /// By resource of the project, 0…1.
    let utilization: [Double]

    init(problem: PlainProblem, windows: TimeWindows, submitted: Solution, solution: Solution, bound: LowerBound) {
        self.problem = problem
        self.windows = windows
        self.submitted = submitted
        self.solution = solution
        self.bound = bound
        chain = CriticalChain(problem.project, solution)
        utilization = Self.utilization(problem.project, solution.makespan)
    }

    var project: Project { problem.project }
    var isOptimal: Bool { solution.makespan <= bound.units }

    func id(_ step: Int) -> String {
        problem.flow.steps[project.submittedIndex[step]].id
    }

    private static func utilization(_ project: Project, _ makespan: Int) -> [Double] {
        // Doubles: demand × duration passes 64 bits, and a share needs no more.
        var work = [Double](repeating: 0, count: project.resourceCount)
        for step in 0..<project.count {
            for (resource, amount) in zip(project.demandResources[step], project.demandAmounts[step]) {
                work[resource] += Double(amount) * Double(project.durations[step])
            }
        }
        return work.indices.map { resource in
            let available = Double(project.capacities[resource] * project.resourceUnits[resource]) * Double(makespan)
            return available > 0 ? min(1, work[resource] * Double(project.resourceUnits[resource]) / available) : 0
        }
    }
}
