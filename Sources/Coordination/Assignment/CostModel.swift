package import NovaContract

/// What it costs to give a task to an agent; the lower, the better.
///
/// A sum of parts, each between 0 and its weight. The weights say what a full difference in one part is worth against
/// one in another; only their ratios matter.
package struct CostModel: Sendable, Equatable {
    /// Of an expected failure: 1 − (successes + 1) / (tries + 2), for tasks of the type.
    package var failure = 4.0
    /// Of being slow: 1 − best mean time / own mean time among those who can do the task; without a record, half.
    package var slowness = 2.0
    /// Of being full: (held + queued) / capacity.
    package var load = 2.0
    /// Of what the agent could do instead: the share of its capabilities that the task does not need.
    package var overqualification = 1.0
    /// Of not being the agent that the task prefers.
    package var estrangement = 1.0
    /// Of the agent's cost, relative to the dearest.
    package var expense = 2.0

    package init() {}

    /// One pair's cost, and what it is the sum of.
    package struct Explanation: Sendable, Equatable {
        package let parts: [(name: String, cost: Double, why: String)]

        package var total: Double { parts.reduce(0) { $0 + $1.cost } }

        package static func == (left: Explanation, right: Explanation) -> Bool { left.json == right.json }

        package var json: JSONValue {
            .array(
                parts.map { ["part": .string($0.name), "cost": JSONValue($0.cost), "why": .string($0.why)] }
            )
        }
    }

    /// What all agents are compared with.
    struct Scale {
        /// By type of task: the shortest mean time, in seconds.
        private var best: [String: Double] = [:]
        let dearest: Double

        init(_ agents: [AgentProfile]) {
            dearest = agents.map(\.cost).max() ?? 0
            for agent in agents {
                for (type, record) in agent.records {
                    guard let seconds = record.meanSeconds else { continue }
                    best[type] = min(best[type] ?? .infinity, seconds)
                }
            }
        }

        func best(_ type: String) -> Double? { best[type] }
    }

    /// Nil where the agent cannot do the task.
    func explain(_ task: TaskNeed, _ agent: AgentProfile, _ scale: Scale) -> Explanation? {
        guard agent.canDo(task) else { return nil }
        let record = agent.record(of: task.type)
        let success = record.expectedSuccess
        let tries = record.completed.addingClamped(record.failed)
        let held = Double(agent.capacity - agent.free) / Double(max(1, agent.capacity))
        let spare = agent.capabilities.subtracting(task.capabilities).count
        let unused = agent.capabilities.isEmpty ? 0 : Double(spare) / Double(agent.capabilities.count)
        let isPreferred = task.affinity == agent.id
        let price = scale.dearest > 0 ? agent.cost / scale.dearest : 0
        return Explanation(parts: [
            ("success", failure * (1 - success), "expected success \(Self.text(success)) of \(tries) tries"),
            speed(record, scale.best(task.type)),
            ("load", load * held, "\(agent.capacity - agent.free) of \(agent.capacity) in hand"),
            ("fit", overqualification * unused, "\(spare) capabilities are not needed"),
            (
                "affinity", task.affinity == nil || isPreferred ? 0 : estrangement,
                task.affinity == nil ? "none asked for" : isPreferred ? "the preferred agent" : "another is preferred"
            ),
            ("expense", expense * price, "costs \(Self.text(agent.cost)) a task"),
        ])
    }

    private func speed(_ record: AgentProfile.Record, _ best: Double?) -> (String, Double, String) {
        guard let seconds = record.meanSeconds, let best, seconds > 0 else {
            return ("speed", slowness / 2, "no record of its speed")
        }
        return ("speed", slowness * (1 - best / seconds), "\(Self.text(seconds)) s, the best \(Self.text(best)) s")
    }

    private static func text(_ number: Double) -> String {
        JSONValue((number * 1_000).rounded() / 1_000).jsonString
    }
}
