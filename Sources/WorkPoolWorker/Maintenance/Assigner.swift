import Coordination
import Logging
import NovaContract
import NovaStore
import WorkPool

/// Decides who does what, for all that is ready in a space at once.
struct Assigner: Sendable {
    let ageing: Duration
    let logger: Logger

    /// What is ready, to the agents that wait for Nova to assign.
    func assignReady(in space: WorkSpace) async throws {
        let view = try await space.look(ofNova: true)
        let agents = view.agents.filter {
            $0.definition.assignment == .nova && $0.status != .offline && $0.freeSlots > 0
        }
        guard !agents.isEmpty else { return }
        let decision = problem(view.tasks, agents, view.now).solve()
        guard !decision.pairs.isEmpty else { return }
        let verdicts = try await space.assign(
            pairings(decision, view),
            isPinned: false,
            by: "nova",
            jobID: UUIDv7.make()
        )
        for (pair, refusal) in zip(decision.pairs, verdicts) {
            guard let refusal else { continue }
            // Somebody was faster; the next look sees it.
            logger.debug("not assigned", metadata: ["task_id": "\(pair.taskID)", "reason": "\(refusal)"])
        }
    }

    /// POST `/tasks/assign`.
    func answer(_ request: AssignmentRequest, _ command: Command, _ space: WorkSpace) async throws -> JSONValue {
        let view = try await space.look(taskIDs: request.taskIDs, agentIDs: request.agentIDs)
        try Self.check(request, view, space)
        let agents = Self.agents(request.agentIDs, view)
        let ready = view.tasks.filter { $0.state == .ready }
        let decision = problem(ready, agents, view.now).solve()
        var refusals: [String: String] = [:]
        if !request.isDryRun {
            let verdicts = try await space.assign(
                pairings(decision, view),
                isPinned: false,
                by: "key:\(command.keyID)",
                jobID: command.jobID
            )
            for (pair, refusal) in zip(decision.pairs, verdicts) { refusals[pair.taskID] = refusal }
        }
        for task in view.tasks where task.state != .ready { refusals[task.id] = "the task is \(task.state.rawValue)" }
        return Self.json(decision, refusals, agents, isDryRun: request.isDryRun)
    }

    /// Those that are named, in that order, else all with room, in the order in which they were registered.
    private static func agents(_ named: [String]?, _ view: WorkView) -> [AgentRecord] {
        guard let named else { return view.agents.filter { $0.status == .idle && $0.freeSlots > 0 } }
        let known = Dictionary(view.agents.map { ($0.definition.agentID, $0) }) { first, _ in first }
        return named.compactMap { known[$0] }
    }

    private static func check(_ request: AssignmentRequest, _ view: WorkView, _ space: WorkSpace) throws {
        let tasks = Set(view.tasks.map(\.id))
        let agents = Set(view.agents.map(\.definition.agentID))
        var validator = Validator()
        for (index, id) in (request.taskIDs ?? []).enumerated() where !tasks.contains(id) {
            validator.fail(
                JSONPointer("/task_ids").appending(index),
                "there is no task \(id) in the domain \(space.domain)"
            )
        }
        for (index, id) in (request.agentIDs ?? []).enumerated() where !agents.contains(id) {
            validator.fail(
                JSONPointer("/agent_ids").appending(index),
                "there is no agent \(id) in the domain \(space.domain)"
            )
        }
        try validator.finish()
    }

    private static func json(
        _ decision: AssignmentDecision,
        _ refusals: [String: String],
        _ agents: [AgentRecord],
        isDryRun: Bool
    ) -> JSONValue {
        let told = decision.json
        let made = (told["assignments"]?.arrayValue ?? []).filter { refusals[$0["task_id"]?.stringValue ?? ""] == nil }
        let refused = refusals.sorted { $0.key < $1.key }.map { id, reason -> JSONValue in
            ["task_id": .string(id), "reason": .string(reason)]
        }
        let chosen = Set(made.compactMap { $0["agent_id"]?.stringValue })
        let tally = agents.filter { chosen.contains($0.definition.agentID) }.map(\.total).reduce(.init(), +)
        let expected = ExpectedSuccess(tally, of: "the chosen agents")
        return [
            "status": isDryRun ? "planned" : "assigned", "assignments": .array(made),
            "unassigned": .array((told["unassigned"]?.arrayValue ?? []) + refused),
            "orchestration": [
                "method": told["method"] ?? .null, "total_cost": told["total_cost"] ?? .null,
                "agents": JSONValue(agents.count), "dry_run": .bool(isDryRun),
            ],
            "confidence": JSONValue(expected.confidence), "confidence_basis": .string(expected.basis),
            "timestamp": .string(Timestamp.string()),
        ]
    }

    // MARK: - The problem

    private func pairings(_ decision: AssignmentDecision, _ view: WorkView) -> [TaskPairing] {
        let versions = Dictionary(view.tasks.map { ($0.id, $0.version) }) { first, _ in first }
        return decision.pairs.map { TaskPairing(taskID: $0.taskID, agentID: $0.agentID, version: versions[$0.taskID]) }
    }

    private func problem(_ tasks: [TaskRecord], _ agents: [AgentRecord], _ now: Int64) -> AssignmentProblem {
        AssignmentProblem(
            tasks: tasks.map { Self.need($0, now) },
            agents: agents.map(Self.profile),
            ageing: Double(ageing.wholeMilliseconds) / 1_000
        )
    }

    private static func need(_ task: TaskRecord, _ now: Int64) -> TaskNeed {
        let definition = task.definition
        return TaskNeed(
            id: task.id,
            type: definition.type,
            capabilities: Set(definition.capabilities),
            agents: Set(definition.agents),
            priority: definition.priority,
            waited: Double(max(0, now - task.createdAt)) / 1_000,
            affinity: definition.labels["affinity"],
            labels: definition.labels
        )
    }

    private static func profile(_ agent: AgentRecord) -> AgentProfile {
        AgentProfile(
            id: agent.definition.agentID,
            capabilities: Set(agent.definition.capabilities),
            capacity: agent.definition.capacity,
            free: agent.freeSlots,
            cost: agent.definition.cost,
            labels: agent.definition.labels,
            records: agent.record.mapValues {
                .init(completed: $0.completed, failed: $0.failed.addingClamped($0.lost), meanSeconds: $0.meanSeconds)
            }
        )
    }
}
