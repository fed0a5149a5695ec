import FaultPoints
import FlowPool
import Logging
import NovaContract
import NovaStore
import Optimization
import RedisClient
import WorkerRuntime

/// Carries out the commands on flows: store, patch, delete, optimize.
struct OptimizationHandlers: Sendable {
    let store: Store
    let limits: SearchLimits
    let bounds: FlowBounds

    var all: [RegisteredHandler] {
        [
            FlowCommands.optimize.handled(optimize),
            FlowCommands.store.answered { request, command, _ in try await store(request, command) },
            FlowCommands.patch.answered { patch, command, _ in try await self.patch(patch, command) },
            FlowCommands.delete.answered { _, command, _ in try await delete(command) },
        ]
    }

    // MARK: - The commands

    private func optimize(
        _ request: OptimizeFlow,
        _ command: Command,
        _ context: JobContext
    ) async throws -> Outcome {
        let stored = try await flows(of: command).get(command.entityID)
        let subject = FlowSubject(request: request, stored: stored)
        let declared = try subject.problem()
        guard declared.stepCount > 0 else {
            let isKnown = stored != nil || request.hasSteps
            guard isKnown || request.hasParameters else {
                let hint = "send parameters.steps, or store it with PUT /api/orchestration/flows/\(command.entityID)"
                throw NovaError(
                    .resourceNotFound,
                    "there is no flow '\(command.entityID)' in '\(command.domain)', and the request names no steps: \(hint)"
                )
            }
            return .done(FlowResult.empty(flowID: command.entityID, isKnown: isKnown, warnings: request.warnings))
        }
        let observed = try await RecordedDurations(store: store).read(declared.flow.steps.map(\.id), of: command)
        let learned = LearnedDurations(declared.flow, observed, request.durations)
        let problem = learned.changed.isEmpty ? declared : try subject.problem(durations: learned.changed)
        let left = command.deadline.map { Duration.milliseconds(max(0, $0 - Timestamp.milliseconds())) }
        let (options, isOfDeadline) = limits.options(for: request, left: left)
        let found = try await context.compute { () -> Result<FlowResult.Found, InfeasibleFlow> in
            Result { () throws(InfeasibleFlow) in
                let outcome = try Optimizer.optimize(
                    problem,
                    options: options,
                    isCancelled: { context.cancellation.isRaised },
                    onProgress: { context.report($0.report) }
                )
                let simulation = ScheduleSimulation(
                    problem,
                    outcome.schedule,
                    observed: learned.observed,
                    seed: options.seed,
                    isCancelled: { context.cancellation.isRaised }
                )
                return FlowResult.Found(outcome: outcome, simulation: simulation)
            }
        }
        let reason = context.cancellation.reason
        // Another worker has the record, and the whole time: it does not stand back for what was found here.
        if reason == .handedOver || reason == .madeWay { return .abandon }
        switch found {
        case .success(let found):
            log(found.outcome.discarded, context)
            let result = FlowResult(
                flowID: command.entityID,
                found: found,
                deadline: request.constraints.deadline,
                learned: learned,
                end: SearchEnd(found.outcome.stopped, reason, isOfDeadline: isOfDeadline),
                warnings: request.warnings
            )
            return reason != nil && found.outcome.stopped == .cancelled ? .cutShort(result.json) : .done(result.json)
        case .failure(let infeasible):
            log(infeasible.discarded, context)
            if reason != nil, !infeasible.isProven { return .abandon }
            throw NovaError(infeasible, in: FlowPlaces(definition: subject.definition, pointer: subject.pointer))
        }
    }

    private func log(_ discarded: [ScheduleViolation], _ context: JobContext) {
        guard !discarded.isEmpty else { return }
        context.logger.error(
            "a schedule was not valid and was replaced by a plain one",
            metadata: ["violations": "\(discarded)"]
        )
    }

    private func store(_ request: StoreFlow, _ command: Command) async throws -> JSONValue {
        try FlowSubject.check(request.definition, at: request.pointer)
        if Breakage.forgetApplied.strikes { _ = try await put(command, request.definition, as: UUIDv7.make()) }
        let change = try await put(command, request.definition, ifVersion: command.ifVersion, as: command.jobID)
        return Self.answer(command, change, status: change.existed ? "updated" : "created")
    }

    /// Reads the flow, and reads it again where it was changed meanwhile.
    private func patch(_ patch: JSONValue, _ command: Command) async throws -> JSONValue {
        for _ in 0..<20 {
            guard let known = try await flows(of: command).get(command.entityID) else {
                throw missing(command)
            }
            // Delivered again, it is not refused for the version that it made itself.
            let isWanted = command.ifVersion?.holds(known.version) ?? true
            let condition = isWanted ? .isOneOf([known.version]) : command.ifVersion
            let request = try StoreFlow(flowID: command.entityID, body: try known.definition.body(patch: patch))
            try FlowSubject.check(request.definition, at: request.pointer)
            do {
                let change = try await put(command, request.definition, ifVersion: condition, as: command.jobID)
                return Self.answer(command, change, status: "updated")
            } catch let error as NovaError where error.code == .preconditionFailed && isWanted {
                continue
            }
        }
        throw NovaError(.serviceUnavailable, "the flow is changed too often at the moment", retryAfter: 1)
    }

    private func missing(_ command: Command) -> NovaError {
        NovaError(.resourceNotFound, "there is no flow '\(command.entityID)' in '\(command.domain)'")
    }

    private func delete(_ command: Command) async throws -> JSONValue {
        let change = try await put(command, nil, ifVersion: command.ifVersion, as: command.jobID)
        guard change.existed else { throw missing(command) }
        return Self.answer(command, change, status: "deleted")
    }

    private func put(
        _ command: Command,
        _ definition: FlowDefinition?,
        ifVersion: VersionCondition? = nil,
        as jobID: String
    ) async throws -> FlowChange {
        try await flows(of: command).put(
            command.entityID,
            definition: definition,
            bounds: bounds,
            ifVersion: ifVersion,
            jobID: jobID
        )
    }

    private func flows(of command: Command) -> FlowStore {
        self.store.flows(owner: command.owner, domain: command.domain)
    }

    // MARK: - Parts

    private static func answer(_ command: Command, _ change: FlowChange, status: String) -> JSONValue {
        [
            "flow_id": .string(command.entityID), "status": .string(status), "version": JSONValue(change.version),
            "timestamp": .string(Timestamp.string()),
        ]
    }
}

extension NovaError {
    fileprivate init(_ infeasible: InfeasibleFlow, in places: FlowPlaces) {
        guard infeasible.isProven else {
            self.init(
                .infeasible,
                "no schedule was found that keeps to all constraints; that there is none is not proven: more time_limit may "
                    + "find one, or looser constraints"
            )
            return
        }
        let conflicts = infeasible.conflicts
        let listed =
            conflicts.prefix(5).map(\.message) + (conflicts.count > 5 ? ["and \(conflicts.count - 5) more"] : [])
        self.init(
            .infeasible,
            "there is no schedule, as these cannot all be kept: " + listed.joined(separator: "; ")
                + (infeasible.isComplete ? "" : "; there was no time to find what else they conflict with"),
            details: conflicts.prefix(Validator.maximumDetails).map { conflict in
                Detail(places.place(of: FlowIssue(path: conflict.path, message: conflict.message)), conflict.message)
            }
        )
    }
}

extension OptimizerProgress {
    /// For a person a sentence, for a program the numbers.
    fileprivate var report: Progress {
        let message = "makespan \(JSONValue(makespan).jsonString) s, at least \(JSONValue(lowerBound).jsonString) s"
        var details: JSONObject = [
            "makespan": JSONValue(makespan), "lower_bound": JSONValue(lowerBound), "gap": JSONValue(gap),
            "iterations": JSONValue(iterations),
        ]
        if let objective {
            details["objective"] = [
                "value": JSONValue(objective.value), "lower_bound": JSONValue(objective.lowerBound),
            ]
        }
        return Progress(fraction: fraction, message: message, details: .object(details))
    }
}
