import Coordination
import NovaContract
import Testing

/// Who comes first of equals, in an assignment.
@Suite struct TieTests {
    private static func decision(_ tasks: [String], _ agents: [(id: String, cost: Double)]) -> AssignmentDecision {
        AssignmentProblem(
            tasks: tasks.map { TaskNeed(id: $0) },
            agents: agents.map { AgentProfile(id: $0.id, cost: $0.cost) }
        ).solve()
    }

    /// Not the alphabet: the order in which they are given.
    @Test func ofEqualsTheFirstIsTakenAndTheTieIsSaid() {
        let decision = Self.decision(["z", "a"], [("y", 0)])
        #expect(decision.pairs.map(\.taskID) == ["z"])
        #expect(decision.unassigned.map(\.taskID) == ["a"])
        let agents = Self.decision(["t"], [("z", 1), ("a", 1)])
        #expect(agents.pairs.map(\.agentID) == ["z"])
        #expect(agents.pairs.map(\.isTie) == [true])
        #expect(agents.json["assignments"]?.arrayValue?.first?["tie"] == true)
        let clear = Self.decision(["t"], [("z", 2), ("a", 1)])
        #expect(clear.pairs.map(\.agentID) == ["a"])
        #expect(clear.pairs.map(\.isTie) == [false])
    }

    /// Costs and records that no agent has leave the sums whole.
    @Test func costsBeyondAllNumbersAreBounded() {
        var costs = CostModel()
        costs.expense = .infinity
        let agents = [AgentProfile(id: "a", cost: 1), AgentProfile(id: "b", cost: 0.5)]
        let decision = AssignmentProblem(tasks: [TaskNeed(id: "t")], agents: agents, costs: costs).solve()
        #expect(decision.pairs.count == 1)
        let record = AgentProfile.Record(completed: .max, failed: .max)
        #expect(record.expectedSuccess > 0.49 && record.expectedSuccess < 0.51)
        #expect(AgentProfile(id: "a", records: ["x": record, "y": record]).total.completed == .max)
    }
}
