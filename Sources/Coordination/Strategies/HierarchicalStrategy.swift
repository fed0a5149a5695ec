import NovaContract

/// A lead splits the task, the others do its parts, the lead puts the results together.
///
/// The task may be split already (`subtasks[]`). Who leads: the one the request names, else whoever has the best record;
/// where the lead fails, the next one.
struct HierarchicalStrategy: CoordinationStrategy {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "subtasks": [
                "type": "array", "minItems": 1,
                "items": [
                    "type": "object",
                    "properties": [
                        "title": ["type": "string"], "instruction": ["type": "string"],
                        "capabilities": ["type": "array", "items": ["type": "string"]],
                    ],
                    "required": ["title", "instruction"],
                ],
            ]
        ],
        "required": ["subtasks"],
    ]

    private struct Subtask {
        let instruction: String
        let capabilities: Set<String>
        let json: JSONValue

        /// Whatever a lead has written is a subtask: whoever does it is given all of it.
        init(_ json: JSONValue) {
            let told = ["instruction", "description", "title", "name"].compactMap { json[$0]?.stringValue }
            instruction = json.stringValue ?? told.first ?? "Do this subtask."
            capabilities = Set((json["capabilities"]?.arrayValue ?? []).compactMap(\.stringValue))
            self.json = json
        }
    }

    func next(_ state: CoordinationState, now: Int64) -> Want {
        guard state.parts.allEnded else { return .wait }
        let subtasks: [Subtask]
        if let given = state.task["subtasks"]?.arrayValue, !given.isEmpty {
            subtasks = given.map(Subtask.init)
        } else if let split = state.parts(.lead).completed.last?.result?["subtasks"]?.arrayValue {
            subtasks = split.map(Subtask.init)
        } else {
            return lead(state, .lead, state.parts(.lead))
        }
        guard !subtasks.isEmpty else { return .fail("the task was split into nothing") }
        if let work = work(state, subtasks) { return work }
        return merge(state, subtasks)
    }

    private func leads(_ state: CoordinationState) -> [String] {
        let ranked = state.ranked.map(\.id)
        guard let named = state.limits.lead else { return ranked }
        return [named] + ranked.filter { $0 != named }
    }

    private func lead(_ state: CoordinationState, _ role: Part.Role, _ tried: [Part]) -> Want {
        let leads = leads(state)
        guard tried.count < leads.count, tried.count <= state.limits.repetitions else {
            return .fail("nobody has led the work: \(tried.reasons)")
        }
        let others = state.participants.map { participant -> JSONValue in
            ["agent_id": .string(participant.id), "capabilities": JSONValue(participant.capabilities)]
        }
        return state.asked([
            .init(
                agentID: leads[tried.count],
                role: role,
                round: 1,
                instruction:
                    "You lead. Split the task into subtasks that can be done at the same time, each with a title, "
                    + "an instruction and, where it matters, the capabilities it needs. Do not do them yourself.",
                input: ["agents": .array(others)],
                schema: Self.schema
            )
        ])
    }

    // MARK: - The parts

    /// Nil where all have been done, or given up; a subtask's round is its number.
    private func work(_ state: CoordinationState, _ subtasks: [Subtask]) -> Want? {
        let tried = subtasks.indices.map { state.parts(.worker, round: $0 + 1) }
        let untried = subtasks.indices.filter { tried[$0].isEmpty }
        if !untried.isEmpty { return begin(state, subtasks, untried) }
        let again = subtasks.indices.compactMap { index -> CoordinationState.Draft? in
            guard tried[index].completed.isEmpty, let agent = state.standIn(after: tried[index]) else { return nil }
            return draft(subtasks[index], index, agent.id)
        }
        return again.isEmpty ? nil : state.asked(again)
    }

    /// To the others, the lead only where there are none: by a minimum-cost assignment.
    private func begin(_ state: CoordinationState, _ subtasks: [Subtask], _ indices: [Int]) -> Want {
        guard indices.count <= state.limits.parts else {
            return .bound("it was split into \(indices.count) parts, more than \(state.limits.parts)")
        }
        let lead = state.parts(.lead).completed.last?.agentID ?? leads(state)[0]
        let others = state.participants.filter { $0.id != lead }
        let workers = others.isEmpty ? state.participants : others
        let room = (indices.count + workers.count - 1) / workers.count
        let needs = indices.map { TaskNeed(id: "\($0)", type: "part", capabilities: subtasks[$0].capabilities) }
        let pairs = AssignmentProblem(tasks: needs, agents: workers.map { $0.profile(free: room) }).solve().pairs
        let agents = Dictionary(pairs.map { ($0.taskID, $0.agentID) }) { first, _ in first }
        return state.asked(
            indices.enumerated().map { position, index in
                // What nobody has the abilities for is done all the same, by whoever is next.
                let agent = agents["\(index)"] ?? workers[position % workers.count].id
                return draft(subtasks[index], index, agent)
            }
        )
    }

    private func draft(_ subtask: Subtask, _ index: Int, _ agent: String) -> CoordinationState.Draft {
        .init(
            agentID: agent,
            role: .worker,
            round: index + 1,
            instruction: subtask.instruction,
            input: ["subtask": subtask.json]
        )
    }

    // MARK: - The end

    private func merge(_ state: CoordinationState, _ subtasks: [Subtask]) -> Want {
        let done = subtasks.indices.compactMap { state.parts(.worker, round: $0 + 1).completed.last }
        guard !done.isEmpty else { return .fail("no subtask was done: \(state.parts(.worker).reasons)") }
        let tried = state.parts(.merger)
        let share = Confidence.share(done.count, of: subtasks.count, "subtasks were done")
        if let merged = tried.completed.last?.result {
            return .finish(
                ["final": merged, "subtasks": done.told, "lead": .string(tried[tried.count - 1].agentID)],
                confidence: share.value,
                basis: share.basis
            )
        }
        let leads = leads(state)
        guard tried.count < leads.count, tried.count <= state.limits.repetitions else {
            return .fail("the results were not put together: \(tried.reasons)")
        }
        return state.asked([
            .init(
                agentID: leads[tried.count],
                role: .merger,
                round: subtasks.count + 1,
                instruction: "Put these results together into one answer to the task.",
                input: [
                    "results": .array(
                        done.map { part -> JSONValue in
                            [
                                "subtask": part.input["subtask"] ?? .null, "agent_id": .string(part.agentID),
                                "result": part.result ?? .null,
                            ]
                        }
                    )
                ]
            )
        ])
    }
}
