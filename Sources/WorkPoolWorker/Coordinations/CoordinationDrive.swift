import Coordination
import FaultPoints
import Logging
import NovaContract
import NovaStore
import WorkPool

/// One coordination between the machine that thinks and the store that keeps.
///
/// Used by one task only.
final class CoordinationDrive {
    private let command: Command
    private let space: WorkSpace
    private let hasModels: Bool
    /// Of the saved state; 0 where there is none.
    private var version = 0
    private var unattended: [String] = []
    private var warnings: [NovaError.Detail] = []

    private var id: String { command.entityID }

    /// - Parameter hasModels: whether agents of kind `model` are taken to work though none was seen yet.
    init(command: Command, space: WorkSpace, hasModels: Bool) {
        self.command = command
        self.space = space
        self.hasModels = hasModels
    }

    // MARK: - Steps

    /// The saved state, or the first step.
    func begin(_ request: CoordinateRequest) async throws -> CoordinationMove {
        warnings = request.warnings
        let participants = try await participants(request.agentIDs)
        let attended = participants.filter(\.isAttended)
        unattended = participants.filter { !$0.isAttended }.map(\.id)
        if let kept = try await space.coordinations.get(id, withMessages: false) {
            version = kept.version
            do {
                let state = try CoordinationState(json: kept.state)
                try await make(state.open, at: version)
                if isPlan(state) { return CoordinationMachine.resume(state) }
                let move = CoordinationMachine.advance(state, [:], now: Timestamp.milliseconds())
                // Its time may be over by now.
                if move.state != state { try await save(move) }
                return move
            } catch let fault as StateFault {
                throw NovaError(.serviceError, "the coordination's state cannot be read: \(fault)")
            }
        }
        try await checkOfficers(request)
        let move = CoordinationMachine.begin(
            CoordinationRequest(
                id: id,
                task: request.task,
                participants: attended.isEmpty ? participants : attended,
                strategy: request.strategy.flatMap(Strategy.init(rawValue:)),
                limits: request.limits
            ),
            now: Timestamp.milliseconds()
        )
        try await save(move)
        return move
    }

    /// A judge or a lead that is named must be known, or be among the agents.
    private func checkOfficers(_ request: CoordinateRequest) async throws {
        var validator = Validator()
        for (name, id) in [("judge", request.limits.judge), ("lead", request.limits.lead)] {
            guard let id, !request.agentIDs.contains(id), try await space.agents.get(id) == nil else { continue }
            validator.fail(
                JSONPointer("/constraints").appending(name),
                "is neither one of agents nor known in the domain \(space.domain): \"\(id)\""
            )
        }
        try validator.finish()
    }

    /// The next step, where parts have ended or its time has come; nil: there is nothing to do yet.
    func advance(_ move: CoordinationMove) async throws -> CoordinationMove? {
        let outcomes = try await outcomes(of: move.state.open)
        let now = Timestamp.milliseconds()
        guard !outcomes.isEmpty || move.wakeAt.map({ now >= $0 }) ?? false else { return nil }
        let next = CoordinationMachine.advance(move.state, outcomes, now: now)
        try await save(next)
        return next
    }

    private func save(_ move: CoordinationMove) async throws {
        FaultPoint.coordinationStep.reach()
        let status = status(move.state)
        let step = CoordinationStep(
            id: id,
            version: version,
            status: status,
            state: move.state.json,
            messages: move.messages,
            event: status == "running" && version > 0 ? nil : "coordination.\(status)",
            data: ["strategy": .string(move.state.strategy.rawValue)]
        )
        guard let saved = try await space.coordinations.save(step, by: "nova") else {
            // Another worker has it by now: whichever of us goes on finds what the other saved.
            throw NovaError(.serviceUnavailable, "the coordination was advanced by another worker")
        }
        version = saved
        FaultPoint.coordinationSaved.reach()
        for part in move.dropped { try await drop(part) }
        try await make(move.asked, at: version)
    }

    private func status(_ state: CoordinationState) -> String {
        switch state.verdict {
        case .finished: "completed"
        case .failed: "failed"
        case nil: isPlan(state) ? "planned" : "running"
        }
    }

    /// Whether nobody runs any of its agents: its parts are in their queues, and nobody waits for them.
    func isPlan(_ state: CoordinationState) -> Bool { state.participants.allSatisfy { !$0.isAttended } }

    // MARK: - Parts are tasks

    private func taskID(_ part: String) -> String { "\(id).\(part)" }

    private func make(_ parts: [Part], at version: Int) async throws {
        guard !parts.isEmpty else { return }
        let now = Timestamp.milliseconds()
        let tasks = parts.map { part in
            var definition = TaskDefinition(type: "coordination.\(part.role.rawValue)")
            definition.parameters = [
                "instruction": .string(part.instruction), "input": part.input, "schema": part.schema ?? .null,
                "role": .string(part.role.rawValue), "round": JSONValue(part.round), "coordination_id": .string(id),
            ]
            definition.deadline = now + Int64(part.seconds * 1_000)
            return NewTask(id: taskID(part.id), definition: definition, coordination: id, assignee: part.agentID)
        }
        _ = try await space.tasks.create(tasks, by: "nova", jobID: "\(command.jobID):\(version)")
    }

    private func drop(_ part: String) async throws {
        do {
            _ = try await space.tasks.delete(
                taskID(part),
                ifVersion: nil,
                by: "nova",
                why: "its coordination does not need it any more",
                jobID: "\(command.jobID):drop:\(part)"
            )
        } catch let error as NovaError where error.code == .resourceNotFound {
            // It was never made: its worker died before.
        }
    }

    private func outcomes(of parts: [Part]) async throws -> [String: (outcome: Part.Outcome, tokens: Int)] {
        let tasks = try await space.tasks.summaries(parts.map { taskID($0.id) })
        let byID = Dictionary(tasks.map { ($0.id, $0) }) { first, _ in first }
        var outcomes: [String: (outcome: Part.Outcome, tokens: Int)] = [:]
        for part in parts {
            guard let task = byID[taskID(part.id)] else {
                outcomes[part.id] = (.failed("its task was deleted"), 0)
                continue
            }
            guard task.state.isEnd else { continue }
            outcomes[part.id] = (try await outcome(task), task.tokens)
        }
        return outcomes
    }

    private func outcome(_ task: TaskRecord) async throws -> Part.Outcome {
        switch task.state {
        case .completed: return .completed(try await space.tasks.get(task.id)?.result ?? .null)
        case .expired: return .timedOut
        case .cancelled: return .cancelled
        default:
            let error = try await space.tasks.get(task.id)?.error
            return .failed(error?["message"]?.stringValue ?? "it did not say why")
        }
    }

    /// Who takes part, with what is known of them; agents that nobody declared are nobody's.
    private func participants(_ ids: [String]) async throws -> [Participant] {
        let known = try await space.agents.agents(ids)
        let byID = Dictionary(known.map { ($0.definition.agentID, $0) }) { first, _ in first }
        return ids.map { id in
            guard let agent = byID[id] else { return Participant(id: id, isAttended: false) }
            return Participant(
                id: id,
                capabilities: agent.definition.capabilities,
                completed: agent.total.completed,
                failed: agent.total.failed.addingClamped(agent.total.lost),
                cost: agent.definition.cost,
                isAttended: agent.status == .idle || agent.status == .busy
                    || (hasModels && agent.definition.kind == .model)
            )
        }
    }

    // MARK: - Ends

    /// Cancels what is open, and says so in the record.
    func cancel(_ logger: Logger) async {
        do {
            guard let kept = try await space.coordinations.get(id, withMessages: false) else { return }
            let state = try CoordinationState(json: kept.state)
            let step = CoordinationStep(
                id: id,
                version: kept.version,
                status: "cancelled",
                state: kept.state,
                messages: [],
                event: "coordination.cancelled"
            )
            _ = try await space.coordinations.save(step, by: "nova")
            for part in state.open { try await drop(part.id) }
        } catch {
            logger.error("the parts of a cancelled coordination go on", metadata: ["error": "\(error)"])
        }
    }

    /// `coordination_id`, `status`, `orchestration`, `confidence`, `timestamp` of the contract.
    func answer(_ state: CoordinationState) throws -> JSONValue {
        var orchestration: JSONObject = [
            "strategy": .string(state.strategy.rawValue), "why": .string(state.why),
            "agents": JSONValue(state.participants.map(\.id)), "unattended": JSONValue(unattended),
        ]
        let (confidence, basis): (Double, String)
        switch state.verdict {
        case .failed(let reason):
            throw NovaError(.infeasible, "the coordination has failed: \(reason)")
        case .finished(let result, let value, let from):
            (confidence, basis) = (value, from)
            orchestration["result"] = result
            orchestration["parts"] = told(state)
        case nil:
            let tally = state.participants.map {
                AgentRecord.Tally(completed: $0.completed, failed: $0.failed)
            }.reduce(.init(), +)
            let expected = ExpectedSuccess(tally, of: "the agents")
            (confidence, basis) = (expected.confidence, expected.basis)
            orchestration["plan"] = told(state)
            orchestration["note"] = "nobody runs these agents: the first parts are in their queues"
        }
        var members: JSONObject = [
            "coordination_id": .string(id), "status": "coordinated", "orchestration": .object(orchestration),
            "confidence": JSONValue(confidence), "confidence_basis": .string(basis),
            "timestamp": .string(Timestamp.string()),
        ]
        let passedOver = warnings + idle(state)
        if !passedOver.isEmpty { members["warnings"] = NovaError.Detail.told(passedOver) }
        return .object(members)
    }

    /// Officers that the strategy, which Nova may have chosen, has no use for.
    private func idle(_ state: CoordinationState) -> [NovaError.Detail] {
        let officers = [("judge", state.limits.judge, Strategy.debate), ("lead", state.limits.lead, .hierarchical)]
        return officers.compactMap { name, id, strategy in
            guard id != nil, state.strategy != strategy else { return nil }
            return .init(
                JSONPointer("/constraints").appending(name),
                "was not used: the strategy is \(state.strategy.rawValue), not \(strategy.rawValue)"
            )
        }
    }

    private func told(_ state: CoordinationState) -> JSONValue {
        .array(
            state.parts.map {
                [
                    "task_id": .string(taskID($0.id)), "agent_id": .string($0.agentID),
                    "role": .string($0.role.rawValue), "round": JSONValue($0.round),
                    "instruction": .string($0.instruction), "status": .string($0.outcome?.text ?? "assigned"),
                ]
            }
        )
    }
}
