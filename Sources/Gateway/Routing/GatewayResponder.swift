import HTTPTypes
import Hummingbird
package import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NovaAPI
import NovaContract
import NovaStore

/// Answers every request: who asks, what is asked, whether it may be, and what every answer has.
package struct GatewayResponder: HTTPResponder {
    package let table: RouteTable
    let keyRing: KeyRing
    let store: Store
    let budgets: KeyBudgets
    let cors: CORSPolicy
    let bodyLimit: Int
    let memory: BodyMemory
    let inFlight: InFlight
    let inFlightByKey: InFlightByKey
    let overload: Overload
    let connections: ClientConnections
    let metrics: RequestMetrics
    let logger: Logger

    package func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let facts = RequestFacts(request)
        var outcome = Outcome()
        do {
            outcome.answer = try await answer(request, context, facts, &outcome)
        } catch let error as HTTPParserError {
            // Hummingbird answers what is no HTTP, and closes the connection.
            throw error
        } catch {
            outcome.answer = await refuse(error, facts, &outcome)
        }
        decorate(&outcome, facts)
        finish(facts, outcome)
        return outcome.answer.response(isHead: facts.method == .head)
    }

    // MARK: - The way of a request

    private func answer(
        _ request: Request,
        _ context: GatewayContext,
        _ facts: RequestFacts,
        _ outcome: inout Outcome
    ) async throws -> Answer {
        // A head that no server may answer otherwise, whatever it asks for.
        if let error = HeadRefusal.error(facts.headers) { throw error }
        if let preflight = preflight(facts) { return preflight }
        // A handshake that was refused before it came here, whatever its key.
        if let error = HandshakeRefusal.error(path: facts.path, headers: facts.headers) { throw error }
        guard facts.isBelowAPI else {
            outcome.key = try await keyOnPublicPath(facts, context.channel)
            return try await route(request, context, facts, &outcome)
        }
        guard inFlight.enter() else { throw overload.refusal(.requests) }
        defer { inFlight.leave() }
        guard let secret = PresentedCredential.key(in: facts.headers) else {
            throw NovaError(.authenticationError, "an API key is needed: X-API-Key: KEY, or Authorization: Bearer KEY")
        }
        let key = try await authenticate(secret, facts, context.channel)
        outcome.key = key
        guard inFlightByKey.enter(key.id) else { throw overload.refusal(.requestsOfKey) }
        defer { inFlightByKey.leave(key.id) }
        return try await route(request, context, facts, &outcome)
    }

    private func authenticate(_ secret: String, _ facts: RequestFacts, _ channel: any NIOCore.Channel) async throws
        -> APIKey
    {
        let key = try await keyRing.authenticate(
            secret,
            from: connections.proxies.client(peer: channel.remoteAddress, headers: facts.headers)
        )
        connections.authenticated(channel)
        return key
    }

    /// The key of a request for a public path that shows more to some; nil where it has none.
    private func keyOnPublicPath(_ facts: RequestFacts, _ channel: any NIOCore.Channel) async throws -> APIKey? {
        switch facts.path {
        case Routes.metrics:
            guard let secret = PresentedCredential.key(in: facts.headers) else { return nil }
            return try await authenticate(secret, facts, channel)
        case Routes.ready:
            guard let secret = PresentedCredential.key(in: facts.headers) else { return nil }
            do {
                return try await authenticate(secret, facts, channel)
            } catch is NovaError {
                // It hears what everybody may hear: that is due also where no key can be checked.
                return nil
            }
        default: return nil
        }
    }

    private func route(
        _ request: Request,
        _ context: GatewayContext,
        _ facts: RequestFacts,
        _ outcome: inout Outcome
    ) async throws -> Answer {
        guard RouteTable.methods.contains(facts.method) else {
            throw NovaError(.notImplemented, "\(facts.method.rawValue.prefix(40)) is no method of any path here")
        }
        // Of the whole server (RFC 9110, section 9.3.7).
        if facts.path == "*", facts.method == .options {
            return Answer(
                status: .noContent,
                headers: [.allow: RouteTable.methods.map(\.rawValue).joined(separator: ", ")]
            )
        }
        switch table.match(facts.method, facts.path) {
        case .malformed:
            throw NovaError(.validationError, "the path is not percent-encoded UTF-8")
        case .unknown:
            throw NovaError(.resourceNotFound, "there is no \(facts.path.prefix(200))")
        case .wrongMethod(let allowed):
            guard facts.method == .options else {
                throw NovaError(
                    .methodNotAllowed,
                    "\(facts.method.rawValue) is not allowed here",
                    allowedMethods: allowed
                )
            }
            try await count(&outcome)
            var answer = Answer(status: .noContent, headers: [.allow: allowed.joined(separator: ", ")])
            if allowed.contains("PATCH") { answer.headers[.acceptPatch] = BodyType.mergePatch.rawValue }
            return answer
        case .found(let route, let parameters):
            outcome.route = route
            try facts.query.check(route.query)
            if route.counting == .before { try await count(&outcome) }
            // Held until the answer is known: meanwhile the body is in the producer's queue.
            let hold = memory.hold()
            defer { hold.release() }
            let reader = BodyReader(
                body: request.body,
                headers: facts.headers,
                limit: bodyLimit,
                hold: hold,
                overload: overload,
                ask: { context.askForBody() }
            )
            return try await route.handler(
                Call(facts: facts, parameters: parameters, key: outcome.key, body: reader)
            )
        }
    }

    private func preflight(_ facts: RequestFacts) -> Answer? {
        guard facts.method == .options, let origin = facts.headers[.origin],
            facts.headers[.accessControlRequestMethod] != nil
        else { return nil }
        return cors.preflight(origin: origin, methods: table.methods(facts.path))
    }

    // MARK: - Counting

    private func count(_ outcome: inout Outcome) async throws {
        guard let key = outcome.key else { return }
        let state = try await store.admission.count(budgets.requests(of: key), key: key)
        outcome.budget = state
        guard state.isAdmitted else { throw NovaError.limited(state) }
    }

    /// The answer to a request that failed.
    ///
    /// It is counted too, unless it was already: a key cannot be tried out with bad requests more often than used with
    /// good ones.
    private func refuse(_ cause: any Error, _ facts: RequestFacts, _ outcome: inout Outcome) async -> Answer {
        let error = NovaError(cause: cause)
        // Where the store does not answer, it would not count either.
        if error.code != .serviceUnavailable && outcome.key != nil && outcome.budget == nil {
            do {
                try await count(&outcome)
            } catch {
                return problem(error, facts)
            }
        }
        // What is a NovaError was meant for the client, and logged by whoever knows more of it.
        if !(cause is NovaError) {
            logger.error("a request failed", metadata: ["request_id": "\(facts.id)", "error": "\(cause)"])
        }
        return problem(error, facts)
    }

    private func problem(_ cause: any Error, _ facts: RequestFacts) -> Answer {
        .problem(NovaError(cause: cause), instance: facts.path, requestID: facts.id)
    }
}
