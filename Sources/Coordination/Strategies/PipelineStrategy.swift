import NovaContract

/// Stages; each is given what the one before made, and nothing else.
///
/// The task names them (`stages[]`: texts, or objects with `name`, `instruction` and `capabilities`), else each agent is
/// one. A stage that fails is given to another agent; where none is left, the pipeline fails.
struct PipelineStrategy: CoordinationStrategy {
    private struct Stage {
        let name: String
        let instruction: String
        let capabilities: Set<String>
    }

    func next(_ state: CoordinationState, now: Int64) -> Want {
        guard state.parts.allEnded else { return .wait }
        let stages = Self.stages(state)
        guard stages.count <= state.limits.parts else {
            return .bound("it has \(stages.count) stages, more than \(state.limits.parts) parts")
        }
        var made = state.task
        for (index, stage) in stages.enumerated() {
            let tried = state.parts(.stage, round: index + 1)
            if let result = tried.completed.last?.result {
                made = result
                continue
            }
            let agent = tried.isEmpty ? first(for: index, stages, state) : state.standIn(after: tried)
            guard let agent else { return .fail("the stage \(stage.name) was not done: \(tried.reasons)") }
            return state.asked([
                .init(
                    agentID: agent.id,
                    role: .stage,
                    round: index + 1,
                    instruction: "\(stage.instruction) You are stage \(index + 1) of \(stages.count), \(stage.name).",
                    input: ["input": made, "stage": .string(stage.name), "task": .null]
                )
            ])
        }
        let tries = state.parts.count
        let share = Confidence.share(stages.count, of: tries, "attempts at a stage succeeded")
        let told = zip(stages, state.parts.completed).map { stage, part -> JSONValue in
            ["stage": .string(stage.name), "agent_id": .string(part.agentID), "result": part.result ?? .null]
        }
        return .finish(["final": made, "stages": .array(told)], confidence: share.value, basis: share.basis)
    }

    private static func stages(_ state: CoordinationState) -> [Stage] {
        let named = state.task["stages"]?.arrayValue ?? []
        guard !named.isEmpty else {
            return state.participants.map {
                Stage(name: $0.id, instruction: "Do your stage of the task on the input.", capabilities: [])
            }
        }
        return named.enumerated().map { index, stage in
            let name = stage.stringValue ?? stage["name"]?.stringValue ?? "stage \(index + 1)"
            return Stage(
                name: name,
                instruction: stage["instruction"]?.stringValue ?? "Do the stage \(name) on the input.",
                capabilities: Set((stage["capabilities"]?.arrayValue ?? []).compactMap(\.stringValue))
            )
        }
    }

    /// By a minimum-cost assignment of all stages; agents have several where there are more stages than agents.
    private func first(for index: Int, _ stages: [Stage], _ state: CoordinationState) -> Participant? {
        if stages.allSatisfy({ $0.capabilities.isEmpty }) {
            return state.participants[index % state.participants.count]
        }
        let needs = stages.enumerated().map { position, stage in
            TaskNeed(id: "\(position)", type: "part", capabilities: stage.capabilities)
        }
        let room = (stages.count + state.participants.count - 1) / state.participants.count
        let agents = state.participants.map { $0.profile(free: max(1, room)) }
        let pairs = AssignmentProblem(tasks: needs, agents: agents).solve().pairs
        let agent = pairs.first { $0.taskID == "\(index)" }?.agentID
        return agent.flatMap(state.participant)
            ?? state.ranked.first { stages[index].capabilities.isSubset(of: $0.capabilities) }
    }
}
