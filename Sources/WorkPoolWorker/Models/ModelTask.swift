import AgentRuntime
import AsyncPrimitives
import LLMClient
import Logging
import Metrics
import NovaContract
import NovaStore
import RedisClient
import WorkPool

/// One task in the hands of a model: keeps its lease, says what the model says, and reports the end.
struct ModelTask: Sendable {
    private static let tick: Duration = .milliseconds(250)

    let task: TaskRecord
    let agentID: String
    let profile: ModelProfile
    let model: String
    /// A worker that dies gives its tasks up after it.
    let lease: Duration
    let space: WorkSpace
    let client: LLMClient
    let logger: Logger
    /// Gives the slot back while tools are waited for, and waits for one before the model is asked again.
    let rest: @Sendable (Bool) async throws -> Void

    private enum End: Sendable {
        case ended(AgentRun.Ending)
        /// The task is another's by now, or nobody's.
        case lost
        case stopped
    }

    func run() async {
        let speech = Speech()
        let end = await withTaskGroup(of: End.self) { group in
            group.addTask { await answer(speech) }
            group.addTask { await keep(speech) }
            defer { group.cancelAll() }
            return await group.next() ?? .stopped
        }
        // What is stopped with its worker could not tell Redis of it: a task of its own can.
        await Task { await report(end, speech) }.value
    }

    private func answer(_ speech: Speech) async -> End {
        let prompt = AgentPrompt(
            agentID: agentID,
            profile: profile,
            type: task.definition.type,
            parameters: task.definition.parameters
        )
        if let fault = prompt.fault {
            let disposition = AgentRun.Ending.Disposition.failed(code: "INVALID_SCHEMA", message: fault, retry: false)
            return .ended(.init(disposition: disposition, tokens: 0))
        }
        let tools = ModelTools(task: task, agentID: agentID, profile: profile, space: space, logger: logger)
        let run = AgentRun(client: client, tool: { try await tools.answer($0) }, hear: { speech.hear($0) }, rest: rest)
        do {
            return .ended(try await run.run(Conversation(prompt, profile: profile, model: model)))
        } catch {
            return .stopped
        }
    }

    // MARK: - The lease

    /// Renews the lease and says what the model has said since, until it is cancelled or the lease is another's.
    private func keep(_ speech: Speech) async -> End {
        var renewed = ContinuousClock.now
        while true {
            do { try await Task.sleep(for: Self.tick) } catch { return .stopped }
            let piece = speech.take()
            guard piece != nil || .now - renewed > lease / 3 else { continue }
            do {
                guard try await renew(piece) else { return .lost }
                renewed = .now
            } catch is CancellationError {
                if let piece { speech.giveBack(piece) }
                return .stopped
            } catch {
                if let piece { speech.giveBack(piece) }
                logger.warning("a lease could not be renewed", metadata: metadata(["error": "\(error)"]))
            }
        }
    }

    private func renew(_ piece: Speech.Piece?) async throws -> Bool {
        let renewal = try await space.tasks.renew(
            agentID: agentID,
            [.init(taskID: task.id, token: task.token)],
            makesAgent: false,
            progress: piece.map {
                .init(fraction: nil, message: $0.text, stream: .init(number: $0.number, offset: $0.offset))
            }
        )
        return renewal.held[task.id] != nil
    }

    // MARK: - The end

    private func report(_ end: End, _ speech: Speech) async {
        switch end {
        case .lost:
            count("lost", 0)
            logger.info("a task was taken from its model", metadata: metadata())
        case .stopped: await report(.release, tokens: nil)
        case .ended(let ending):
            guard await flush(speech) else { return count("lost", ending.tokens) }
            switch ending.disposition {
            case .done(let result): await report(.complete(result: result), tokens: ending.tokens)
            case .handedBack: await report(.release, tokens: ending.tokens)
            case .failed(let code, let message, let retry):
                let error: JSONValue = ["message": .string(message), "code": .string(code)]
                await report(.fail(error: error, retry: retry), tokens: ending.tokens)
            }
        }
    }

    /// The last words; returns whether the task is still held, as far as that is known.
    private func flush(_ speech: Speech) async -> Bool {
        while let piece = speech.take() {
            do {
                guard try await renew(piece) else { return false }
            } catch {
                logger.warning("the last words were not told", metadata: metadata(["error": "\(error)"]))
                return true
            }
        }
        return true
    }

    private func report(_ kind: TaskReport.Kind, tokens: Int?) async {
        do {
            let report: TaskReport
            do throws(NovaError) {
                report = try TaskReport(
                    taskID: task.id,
                    agentID: agentID,
                    token: task.token,
                    kind: kind,
                    tokens: tokens
                )
            } catch {
                // A result that is larger than is kept.
                let told: JSONValue = ["message": .string(error.message), "code": .string(error.code.rawValue)]
                return await self.report(.fail(error: told, retry: false), tokens: tokens)
            }
            let standing = try await persistently(report)
            count(standing.state.rawValue, tokens ?? 0)
            logger.info("a model's task has ended", metadata: metadata(["status": "\(standing.state.rawValue)"]))
        } catch let error as NovaError where error.code == .conflict || error.code == .resourceNotFound {
            count("lost", tokens ?? 0)
            logger.info("a task was taken from its model", metadata: metadata(["reason": "\(error.message)"]))
        } catch {
            count("unreported", tokens ?? 0)
            logger.error(
                "what a model did could not be written down; its lease runs out",
                metadata: metadata(["error": "\(error)"])
            )
        }
    }

    /// Again and again for as long as a lease lasts.
    private func persistently(_ report: TaskReport) async throws -> TaskStanding {
        let deadline = ContinuousClock.now + lease
        return try await retrying(.constant(Self.tick)) {
            let marker = "model:\(task.id):\(task.token)"
            return try await space.tasks.report(report, by: agentID, jobID: marker)
        } onFailure: { failed in
            guard let error = failed.error as? RedisError, error.isRetriable, .now < deadline else { return nil }
            return failed.delay
        }
    }

    private func count(_ outcome: String, _ tokens: Int) {
        Counter(label: "nova_model_tasks_total", dimensions: [("model", model), ("outcome", outcome)]).increment()
        Counter(label: "nova_model_tokens_total", dimensions: [("model", model)]).increment(by: tokens)
    }

    private func metadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        let ids: Logger.Metadata = [
            "task_id": "\(task.id)", "agent_id": "\(agentID)", "model": "\(model)", "owner": "\(space.owner)",
            "domain": "\(space.domain)", "token": "\(task.token)",
        ]
        return ids.merging(more) { $1 }
    }
}
