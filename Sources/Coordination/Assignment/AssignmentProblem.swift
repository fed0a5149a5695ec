package import NovaContract

/// Many tasks, many agents: who does what.
///
/// Minimized, in this order: (1) the urgency of the tasks that stay without an agent: tasks are taken in the order of their
/// effective priority (priority + waited / ageing), and one is left out only where no pairing gives all those before it
/// and it an agent; (2) the number of those without; (3) the total cost by `CostModel`. Exact for all three. Of equally
/// urgent tasks, and of agents that cost the same, that comes first which is given first; such a choice is told as a tie.
package struct AssignmentProblem: Sendable {
    package let tasks: [TaskNeed]
    package let agents: [AgentProfile]
    package let costs: CostModel
    /// Seconds of waiting that are worth a step of priority.
    package let ageing: Double

    package init(tasks: [TaskNeed], agents: [AgentProfile], costs: CostModel = CostModel(), ageing: Double = 60) {
        self.tasks = tasks
        self.agents = agents
        self.costs = costs
        self.ageing = ageing
    }

    /// Costs are counted in millionths.
    private static let unit = 1_000_000.0
    /// As many as `MinimumCostAssignment` takes; no sum of weights comes near.
    private static let dearest = Double(1 << 40)

    package func solve() -> AssignmentDecision {
        let scale = CostModel.Scale(agents)
        let admitted = admit()
        var price: [Int64] = []
        price.reserveCapacity(admitted.count * agents.count)
        for task in admitted {
            for agent in agents {
                let cost = costs.explain(tasks[task], agent, scale)?.total
                price.append(cost.map(Self.millionths) ?? MinimumCostAssignment.forbidden)
            }
        }
        let columns = MinimumCostAssignment.solve(rows: admitted.count, capacities: agents.map { max(0, $0.free) }) {
            price[$0 * agents.count + $1]
        }
        var given: [Int: Int] = [:]
        for (row, agent) in columns.enumerated() {
            if let agent { given[admitted[row]] = agent }
        }
        var ties: Set<Int> = []
        for (row, task) in admitted.enumerated() {
            guard let chosen = given[task] else { continue }
            let line = price[row * agents.count..<(row + 1) * agents.count]
            let least = line[line.startIndex + chosen]
            let isTie = agents.indices.contains { other in
                other != chosen && agents[other].free > 0 && line[line.startIndex + other] == least
            }
            if isTie { ties.insert(task) }
        }
        return decision(given, ties, scale)
    }

    private static func millionths(_ cost: Double) -> Int64 {
        let millionths = (cost * unit).rounded()
        return millionths.isFinite ? Int64(min(max(millionths, 0), dearest)) : Int64(dearest)
    }

    /// The tasks that get an agent, most urgent first.
    ///
    /// The sets of tasks that can all be given slots at once are a transversal matroid, so taking each task in turn where
    /// the set stays possible (Kuhn's augmenting paths) is exact.
    private func admit() -> [Int] {
        let order = tasks.indices.sorted { left, right in
            let (a, b) = (urgency(tasks[left]), urgency(tasks[right]))
            return a != b ? a > b : left < right
        }
        var room = agents.map { min($0.free, tasks.count) }
        var holders = [[Int]](repeating: [], count: agents.count)
        let able = tasks.map { task in agents.indices.filter { agents[$0].free > 0 && agents[$0].canDo(task) } }
        func place(_ task: Int, _ seen: inout [Bool]) -> Bool {
            for agent in able[task] where !seen[agent] {
                seen[agent] = true
                if room[agent] > 0 {
                    room[agent] -= 1
                    holders[agent].append(task)
                    return true
                }
                for (position, other) in holders[agent].enumerated() where place(other, &seen) {
                    holders[agent][position] = task
                    return true
                }
            }
            return false
        }
        return order.filter { task in
            var seen = [Bool](repeating: false, count: agents.count)
            return place(task, &seen)
        }
    }

    package func urgency(_ task: TaskNeed) -> Double { Double(task.priority) + task.waited / max(ageing, 0.001) }

    private func decision(_ given: [Int: Int], _ ties: Set<Int>, _ scale: CostModel.Scale) -> AssignmentDecision {
        var pairs: [AssignmentDecision.Pair] = []
        var unassigned: [AssignmentDecision.Unassigned] = []
        for (index, task) in tasks.enumerated() {
            if let agent = given[index], let explanation = costs.explain(task, agents[agent], scale) {
                pairs.append(
                    .init(
                        taskID: task.id,
                        agentID: agents[agent].id,
                        explanation: explanation,
                        isTie: ties.contains(index)
                    )
                )
            } else {
                unassigned.append(.init(taskID: task.id, reason: reason(task)))
            }
        }
        return AssignmentDecision(pairs: pairs, unassigned: unassigned)
    }

    private func reason(_ task: TaskNeed) -> String {
        if agents.isEmpty { return "there is no agent" }
        let able = agents.filter { $0.canDo(task) }
        if !able.isEmpty {
            let names = able.prefix(3).map(\.id).joined(separator: ", ")
            return able.allSatisfy { $0.free == 0 }
                ? "all that can do it are full: \(names)" : "more urgent tasks take the room of \(names)"
        }
        let known = agents.reduce(into: Set<String>()) { $0.formUnion($1.capabilities) }
        let missing = task.capabilities.subtracting(known).sorted()
        if !missing.isEmpty { return "no agent has \(missing.joined(separator: ", "))" }
        if !task.agents.isEmpty { return "none of the agents it names is there and able" }
        return "no agent has all of \(task.capabilities.sorted().joined(separator: ", "))"
    }
}

/// Who does what, and why.
package struct AssignmentDecision: Sendable, Equatable {
    package struct Pair: Sendable, Equatable {
        package let taskID: String
        package let agentID: String
        package let explanation: CostModel.Explanation
        /// Another agent with room would cost the same.
        package let isTie: Bool
    }

    package struct Unassigned: Sendable, Equatable {
        package let taskID: String
        package let reason: String
    }

    package let pairs: [Pair]
    package let unassigned: [Unassigned]

    package static let method =
        "minimum-cost assignment, exact: the most urgent tasks first, then the least total cost; of equals the first"

    package var totalCost: Double { pairs.reduce(0) { $0 + $1.explanation.total } }

    package var json: JSONValue {
        [
            "method": .string(Self.method), "total_cost": JSONValue(totalCost),
            "assignments": .array(
                pairs.map {
                    [
                        "task_id": .string($0.taskID), "agent_id": .string($0.agentID),
                        "cost": JSONValue($0.explanation.total), "why": $0.explanation.json, "tie": .bool($0.isTie),
                    ]
                }
            ),
            "unassigned": .array(
                unassigned.map { ["task_id": .string($0.taskID), "reason": .string($0.reason)] }
            ),
        ]
    }
}
