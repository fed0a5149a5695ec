/// A feasible schedule of a project, in its time units.
struct Solution {
    let makespan: Int
    let starts: [Int]

    /// One step after another, in the submitted order.
    static func sequential(_ project: Project) -> Solution {
        var now = 0
        let starts = project.durations.map { duration in
            defer { now += duration }
            return now
        }
        return Solution(makespan: now, starts: starts)
    }
}
