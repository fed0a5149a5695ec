import FaultPoints
import Logging
import NovaContract
import NovaStore
import Optimization
import RedisClient
import WorkerRuntime

/// Handles the commands on flows: store, delete, optimize.
struct OptimizationHandler: CommandHandler {
    let store: Store
    let limits: SearchLimits

    func handle(_ command: Command, context: JobContext) async -> Outcome {
        await Outcome.of("the flow's state") {
            switch command.kind {
            case .optimizeFlow: try await optimize(command, context)
            case .storeFlow: try await storeFlow(command)
            case .deleteFlow: try await deleteFlow(command)
            default: .reject(command.misdirected)
            }
        }
    }

    // MARK: - The commands

    private func optimize(_ command: Command, _ context: JobContext) async throws -> Outcome {
        let request = try OptimizeFlow(flowID: command.entityID, body: try command.body())
        let stored = try await store.flows.get(command.entityID, domain: command.domain)
        let subject = FlowSubject(request: request, stored: stored)
        let problem = try subject.problem()
        guard problem.stepCount > 0 else {
            return .done(FlowResult.empty(flowID: command.entityID, isKnown: stored != nil))
        }
        let options = limits.options(for: request)
        let outcome = try await context.compute {
            Optimizer.optimize(
                problem,
                options: options,
                isCancelled: { context.cancellation.isRaised },
                onProgress: { context.report($0.report) }
            )
        }
        if !outcome.discarded.isEmpty {
            context.logger.error(
                "a schedule was not valid and was replaced by a plain one",
                metadata: ["violations": "\(outcome.discarded)"]
            )
        }
        // A search that was told to stop has a schedule all the same, but nobody wants it any more.
        if context.cancellation.isRaised { return .abandon }
        if let deadline = request.deadline, outcome.lowerBound > deadline {
            throw NovaError(missed: deadline, by: outcome)
        }
        return .done(FlowResult(flowID: command.entityID, outcome: outcome, deadline: request.deadline).json)
    }

    private func storeFlow(_ command: Command) async throws -> Outcome {
        let request = try StoreFlow(flowID: command.entityID, body: try command.body())
        _ = try FlowSubject.check(request.definition, at: request.pointer)
        FaultPoint.workerMidHandle.reach()
        if Breakage.forgetApplied.strikes { _ = try await put(command, request.definition, as: UUIDv7.make()) }
        let change = try await put(command, request.definition, as: command.jobID)
        return .done(Self.answer(command, change, status: change.existed ? "updated" : "created"))
    }

    private func deleteFlow(_ command: Command) async throws -> Outcome {
        FaultPoint.workerMidHandle.reach()
        let change = try await put(command, nil, as: command.jobID)
        guard change.existed else {
            throw NovaError(.resourceNotFound, "there is no flow '\(command.entityID)' in '\(command.domain)'")
        }
        return .done(Self.answer(command, change, status: "deleted"))
    }

    private func put(_ command: Command, _ definition: FlowDefinition?, as jobID: String) async throws -> FlowChange {
        try await store.flows.put(command.entityID, domain: command.domain, definition: definition, jobID: jobID)
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
    fileprivate init(missed deadline: Double, by outcome: OptimizationOutcome) {
        func text(_ seconds: Double) -> String { "\(JSONValue(seconds).jsonString) s" }
        let fault = "no schedule can be shorter than \(text(outcome.lowerBound)) (\(outcome.lowerBoundSource))"
        self.init(
            .infeasible,
            "the deadline of \(text(deadline)) cannot be met: \(fault); the shortest found takes "
                + text(outcome.schedule.makespan),
            details: [.init("/constraints/deadline", fault)]
        )
    }
}

extension OptimizerProgress {
    /// For a person a sentence, for a program the numbers.
    fileprivate var report: Progress {
        let message = "makespan \(JSONValue(makespan).jsonString) s, at least \(JSONValue(lowerBound).jsonString) s"
        return Progress(
            fraction: fraction,
            message: message,
            details: [
                "makespan": JSONValue(makespan), "lower_bound": JSONValue(lowerBound), "gap": JSONValue(gap),
                "iterations": JSONValue(iterations),
            ]
        )
    }
}
