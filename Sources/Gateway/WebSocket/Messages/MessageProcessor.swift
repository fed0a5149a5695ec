import Logging
import NIOCore
import NovaAPI
import NovaContract
import NovaStore

/// Answers the messages of clients, one after the other for each socket.
///
/// Every error is told; none closes the socket.
struct MessageProcessor: Sendable {
    let store: Store
    let feeds: Feeds
    let analytics: AnalyticsService
    let agents: AgentSockets
    let queue: WorkQueue
    let budgets: KeyBudgets
    /// Bytes of a message that is done.
    let maximumBytes: Int
    let logger: Logger

    func process(_ text: ByteBuffer, of session: Session) async {
        let ref = ClientMessage.ref(of: text)
        do {
            // Counted before it is read: what makes no sense costs as much.
            let budget = try await store.admission.count(budgets.webSocket(), key: session.key)
            guard budget.isAdmitted else { throw NovaError.limited(budget) }
            guard text.readableBytes <= maximumBytes else { throw tooLarge(text.readableBytes) }
            try await answer(try ClientMessage(parsing: text), session, ref)
        } catch {
            let told = NovaError(cause: error)
            if told.code == .serviceError || told.code == .serviceUnavailable {
                logger.warning(
                    "a WebSocket message failed",
                    metadata: ["error": "\(error)", "key": "\(session.key.id)"]
                )
            }
            session.offer(ServerMessage.error(told, ref: ref))
        }
    }

    private func tooLarge(_ bytes: Int) -> NovaError {
        let fault = "must have at most \(maximumBytes) bytes, not \(bytes)"
        return NovaError(.payloadTooLarge, "the message \(fault)", details: [.init(.root, fault)])
    }

    private func answer(_ message: ClientMessage, _ session: Session, _ ref: String?) async throws {
        switch message {
        case .ping:
            session.offer(ServerMessage.pong(ref: ref))
        case .subscribe(let channels, let after, let domain):
            try authorize(channels, domain, session.key)
            try await feeds.subscribe(
                session,
                to: channels.map { Subscription(channel: $0, domain: domain) },
                after: after,
                ref: ref
            )
            try await showAnalytics(channels, domain, session)
        case .unsubscribe(let channels, let domain):
            feeds.unsubscribe(session, from: channels, domain: domain, ref: ref)
        case .agent(let message):
            await agents.answer(message, session) { queue.submit($0) }
        case .analytics(let flowID, let domain):
            try session.key.require(Permission(.read, area: "analytics"))
            let update = try await analytics.latest(
                .flows(flowID),
                domain: try session.key.domain(requested: domain),
                owner: session.key.owner
            )
            session.offer(ServerMessage.analytics(update, ref: ref))
        }
    }

    /// What a channel of analytics tells to begin with; then it tells what changes.
    private func showAnalytics(_ channels: [String], _ domain: String?, _ session: Session) async throws {
        for channel in channels {
            guard let scope = AnalyticsScope(channel: channel) else { continue }
            let update = try await analytics.latest(
                scope,
                domain: try session.key.domain(requested: domain),
                owner: session.key.owner
            )
            session.offer(ServerMessage.analytics(update, channel: channel))
        }
    }

    private func authorize(_ channels: [String], _ domain: String?, _ key: APIKey) throws(NovaError) {
        // Without a domain the key hears of all that it may touch.
        if domain != nil { _ = try key.domain(requested: domain) }
        for area in Set(channels.map(Self.area)).sorted() { try key.require(Permission(.read, area: area)) }
    }

    /// The area of `Permission` a channel's events belong to.
    private static func area(of channel: String) -> String {
        switch channel.prefix(while: { $0 != ":" }) {
        case "flow": "flows"
        case "resource", "resources", "allocation": "resources"
        case "task", "tasks": "tasks"
        case "agent", "agents", "coordination": "agents"
        case "analytics": "analytics"
        case "memory": "memory"
        default: "jobs"
        }
    }
}
