import Coordination
import NovaContract
import NovaTestKit
import Testing

/// Who does what, and why.
@Suite struct AssignmentProblemTests {
    private static func pairs(_ tasks: [TaskNeed], _ agents: [AgentProfile]) -> [String: String] {
        let pairs = AssignmentProblem(tasks: tasks, agents: agents).solve().pairs
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0.taskID, $0.agentID) })
    }

    @Test func aTaskGoesToWhoCanDoIt() {
        let tasks = [TaskNeed(id: "a", capabilities: ["swift"]), TaskNeed(id: "b")]
        let agents = [AgentProfile(id: "x"), AgentProfile(id: "y", capabilities: ["swift"])]
        #expect(Self.pairs(tasks, agents) == ["a": "y", "b": "x"])
    }

    /// One at a time, the first task would take the agent that only the second cannot do without.
    @Test func allTogetherAreBetterThanOneAtATime() {
        let quick = AgentProfile.Record(completed: 9, failed: 0, meanSeconds: 1)
        let slow = AgentProfile.Record(completed: 9, failed: 0, meanSeconds: 2)
        let hopeless = AgentProfile.Record(completed: 0, failed: 9)
        let agents = [
            AgentProfile(id: "x", records: ["p": quick, "q": quick]),
            AgentProfile(id: "y", records: ["p": slow, "q": hopeless]),
        ]
        let tasks = [TaskNeed(id: "a", type: "p"), TaskNeed(id: "b", type: "q")]
        #expect(Self.pairs(tasks, agents) == ["a": "y", "b": "x"])
    }

    @Test func theMoreUrgentIsNeverLeftOutForTheCheaper() {
        let agents = [AgentProfile(id: "x", capabilities: ["c"], records: ["good": .init(completed: 99, failed: 0)])]
        let tasks = [
            TaskNeed(id: "cheap", type: "good", capabilities: ["c"], priority: 1),
            TaskNeed(id: "urgent", type: "bad", priority: 4),
        ]
        #expect(Self.pairs(tasks, agents) == ["urgent": "x"])
        let aged = [TaskNeed(id: "old", priority: 1, waited: 400), TaskNeed(id: "new", priority: 5)]
        #expect(Self.pairs(aged, agents) == ["old": "x"])
    }

    /// The more urgent moves over where that lets the less urgent in as well.
    @Test func noTaskIsLeftOutForNothing() {
        let agents = [AgentProfile(id: "x", capabilities: ["a", "b"]), AgentProfile(id: "y", capabilities: ["a"])]
        let tasks = [
            TaskNeed(id: "1", capabilities: ["a"], priority: 5), TaskNeed(id: "2", capabilities: ["b"], priority: 1),
        ]
        #expect(Self.pairs(tasks, agents) == ["1": "y", "2": "x"])
    }

    @Test(arguments: 1...30) func noAgentGetsMoreThanItHasRoomFor(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let abilities = ["a", "b", "c"]
        let agents = (0..<6).map { index in
            AgentProfile(
                id: "x\(index)",
                capabilities: Set(abilities.filter { _ in Bool.random(using: &random) }),
                capacity: 5,
                free: Int.random(in: 0...3, using: &random)
            )
        }
        let tasks = (0..<15).map { index in
            TaskNeed(
                id: "t\(index)",
                capabilities: Set(abilities.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }),
                priority: Int.random(in: 1...5, using: &random)
            )
        }
        let problem = AssignmentProblem(tasks: tasks, agents: agents)
        let decision = problem.solve()
        #expect(decision.pairs.count + decision.unassigned.count == tasks.count)
        for agent in agents { #expect(decision.pairs.filter { $0.agentID == agent.id }.count <= agent.free) }
        for pair in decision.pairs {
            let (task, agent) = (tasks.first { $0.id == pair.taskID }, agents.first { $0.id == pair.agentID })
            #expect(task.map { agent?.canDo($0) ?? false } ?? false)
        }
        // Who was left out could have had nobody's place that is less urgent.
        let given = Dictionary(uniqueKeysWithValues: decision.pairs.map { ($0.taskID, $0.agentID) })
        for left in decision.unassigned {
            guard let task = tasks.first(where: { $0.id == left.taskID }) else { continue }
            for other in tasks where given[other.id] != nil && problem.urgency(other) < problem.urgency(task) {
                let agent = agents.first { $0.id == given[other.id] }
                #expect(agent?.canDo(task) == false, "\(task.id) was left out for \(other.id)")
            }
        }
    }

    @Test func reasonsSayWhatIsMissing() {
        let agents = [AgentProfile(id: "x", capabilities: ["a"], free: 0)]
        let tasks = [
            TaskNeed(id: "1", capabilities: ["zz"]), TaskNeed(id: "2", capabilities: ["a"]),
            TaskNeed(id: "3", agents: ["nobody"]),
        ]
        let reasons = AssignmentProblem(tasks: tasks, agents: agents).solve().unassigned.map(\.reason)
        #expect(
            reasons == [
                "no agent has zz", "all that can do it are full: x", "none of the agents it names is there and able",
            ]
        )
        let none = AssignmentProblem(tasks: [TaskNeed(id: "1")], agents: []).solve().unassigned.map(\.reason)
        #expect(none == ["there is no agent"])
    }

    @Test func aPairSaysWhatItsCostIsFrom() throws {
        let agent = AgentProfile(
            id: "x",
            capabilities: ["a", "b"],
            cost: 3,
            records: ["t": .init(completed: 4, failed: 1)]
        )
        let decision = AssignmentProblem(tasks: [TaskNeed(id: "1", type: "t")], agents: [agent]).solve()
        let pair = try #require(decision.pairs.first)
        #expect(pair.explanation.parts.map(\.name) == ["success", "speed", "load", "fit", "affinity", "expense"])
        #expect(abs(pair.explanation.total - decision.totalCost) < 1e-9)
        #expect(pair.explanation.parts[0].why == "expected success 0.714 of 5 tries")
    }
}
