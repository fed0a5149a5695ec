import HTTPTypes
import Logging
import NovaAPI
import NovaContract
import NovaService
import NovaStore

extension GatewayResponder {
    /// What became of a request.
    struct Outcome: Sendable {
        var answer = Answer(status: .internalServerError)
        var route: Route?
        var key: APIKey?
        /// Set where the responder counted; a handler that counts leaves it in its answer.
        var budget: BudgetState?

        var countedBudget: BudgetState? { answer.budget ?? budget }
    }

    /// Adds what every answer has.
    func decorate(_ outcome: inout Outcome, _ facts: RequestFacts) {
        if let state = outcome.countedBudget { RateLimitHeaders.decorate(&outcome.answer.headers, state) }
        // RFC 5789, section 2.2.
        if outcome.answer.status == .unsupportedMediaType, outcome.route?.method == .patch {
            outcome.answer.headers[.acceptPatch] = BodyType.mergePatch.rawValue
        }
        // What a command is answered depends on how long its client would wait (RFC 7240, section 2).
        if outcome.route?.counting == .byHandler { outcome.answer.headers.vary(by: "Prefer") }
        cors.decorate(&outcome.answer.headers, origin: facts.headers[.origin])
        outcome.answer.headers[.xContentTypeOptions] = "nosniff"
        outcome.answer.headers[.requestID] = facts.id
        outcome.answer.headers[.responseTime] = facts.began.duration(to: .now).secondsText
    }

    /// Counts and logs.
    ///
    /// The key's id is told, never the key; the path, never the query, which may hold a ticket.
    func finish(_ facts: RequestFacts, _ outcome: Outcome) {
        let duration = facts.began.duration(to: .now)
        metrics.record(outcome.route, status: outcome.answer.status.code, duration)
        let level: Logger.Level = facts.path.hasPrefix("/health") || facts.path == "/metrics" ? .debug : .info
        logger.log(
            level: level,
            "request",
            metadata: [
                "request_id": "\(facts.id)", "trace_id": "\(facts.trace.traceID)",
                "method": "\(facts.method.rawValue)", "path": "\(facts.path)",
                "status": "\(outcome.answer.status.code)", "seconds": "\(duration.secondsText)",
                "key_id": "\(outcome.key?.id ?? "-")",
            ]
        )
    }
}

extension NovaError {
    static func limited(_ state: BudgetState) -> NovaError {
        NovaError(
            .rateLimitExceeded,
            "more than \(state.budget.limit) requests in \(state.budget.window.components.seconds) s",
            retryAfter: state.resetSeconds
        )
    }
}
