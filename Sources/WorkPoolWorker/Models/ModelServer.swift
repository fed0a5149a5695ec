import LLMClient
import Logging
import Synchronization

/// Whether the server of the models is there, and which model is the default.
final class ModelServer: Sendable {
    private struct State {
        var isReached = false
        var first: String?
    }

    let client: LLMClient
    private let model: String
    private let probe: Duration
    private let logger: Logger
    /// Tells those who wonder why model agents are offline; for so long, unless it is told again.
    private let report: @Sendable (_ fault: String?, _ time: Duration) async throws -> Void
    private let state = Mutex(State())

    init(
        client: LLMClient,
        model: String,
        probe: Duration,
        logger: Logger,
        report: @escaping @Sendable (_ fault: String?, _ time: Duration) async throws -> Void
    ) {
        self.client = client
        self.model = model
        self.probe = probe
        self.logger = logger
        self.report = report
    }

    /// Whether model agents can work now.
    var isAvailable: Bool { state.withLock(\.isReached) && client.isAdmitting }

    /// For agents that name none.
    var defaultModel: String {
        model.isEmpty ? state.withLock { $0.first } ?? "default" : model
    }

    /// Looks until it is cancelled; calls `onReached` each time that the server is there again.
    func watch(onReached: @Sendable () -> Void) async {
        while !Task.isCancelled {
            do {
                let models = try await client.models()
                if note(isReached: true, Self.first(models)) {
                    logger.info("the models' server is there", metadata: ["models": "\(models.prefix(5))"])
                    onReached()
                }
                await tell(client.whyNotAdmitting)
            } catch is CancellationError {
                return
            } catch {
                await tell("\(error)")
                if note(isReached: false, nil) {
                    logger.warning("the models' server is gone: its agents rest", metadata: ["error": "\(error)"])
                } else {
                    logger.debug("the models' server is not there", metadata: ["error": "\(error)"])
                }
            }
            do { try await Task.sleep(for: probe) } catch { return }
        }
    }

    /// One that can be talked to: servers list those for vectors too.
    private static func first(_ models: [String]) -> String? {
        models.first { !$0.lowercased().contains("embed") } ?? models.first
    }

    private func tell(_ fault: String?) async {
        do {
            try await report(fault, max(probe * 3, .seconds(30)))
        } catch {
            logger.debug("nobody was told of the models' server", metadata: ["error": "\(error)"])
        }
    }

    /// Returns whether that is new.
    private func note(isReached: Bool, _ first: String?) -> Bool {
        state.withLock { state in
            defer {
                state.isReached = isReached
                if let first { state.first = first }
            }
            return state.isReached != isReached
        }
    }
}
