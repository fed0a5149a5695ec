import HTTPTypes
import NIOHTTPTypes

/// Where a connection stands on its way to a WebSocket.
///
/// Plain state, which the handler asks what to do.
///
/// Requests are counted, because an upgrade waits until those before it are answered; and the one that was seen as an
/// upgrade by the decoder is the connection's last, granted or not, because the decoder reads nothing after it.
struct UpgradeState {
    enum Phase {
        case http
        /// The head and what came after it wait for the decision.
        case deciding([HTTPRequestPart])
        case admitted(Admitted, [HTTPRequestPart])
        case upgraded
        case gone
    }

    private(set) var phase = Phase.http
    private var unanswered = 0
    private(set) var hasLastRequest = false
    private var hasLastEnd = false
    private var isQuiescing = false
    private var isReadHeld = false

    // MARK: - In

    /// Whether the part goes on to the router now.
    mutating func came(_ part: HTTPRequestPart) -> Bool {
        if case .end = part, hasLastRequest { hasLastEnd = true }
        switch phase {
        case .http:
            if case .head(let head) = part {
                unanswered += 1
                hasLastRequest = hasLastRequest || Handshake.asksForUpgrade(head)
            }
            return true
        case .deciding(let parts):
            phase = .deciding(parts + [part])
        case .admitted(let admitted, let parts):
            phase = .admitted(admitted, parts + [part])
        case .upgraded, .gone:
            break
        }
        return false
    }

    mutating func decide(_ head: HTTPRequest) {
        hasLastRequest = true
        phase = .deciding([.head(head)])
    }

    /// Whether to read on.
    ///
    /// Nothing that comes after the last request is of use: it waits outside.
    mutating func mayRead() -> Bool {
        guard hasLastEnd, !isUpgraded else { return true }
        isReadHeld = true
        return false
    }

    /// Whether a read was asked for and held back.
    mutating func takeHeldRead() -> Bool {
        defer { isReadHeld = false }
        return isReadHeld
    }

    // MARK: - Deciding

    /// The parts that wait, where the decision is still awaited.
    mutating func refuse() -> [HTTPRequestPart] {
        switch phase {
        case .deciding(let parts), .admitted(_, let parts):
            phase = .http
            unanswered += 1
            return parts
        case .http, .upgraded, .gone: return []
        }
    }

    enum Admission { case taken, stopping, gone }

    mutating func admit(_ admitted: Admitted) -> Admission {
        guard case .deciding(let parts) = phase else { return .gone }
        if isQuiescing { return .stopping }
        phase = .admitted(admitted, parts)
        return .taken
    }

    /// The socket to open now: when it is admitted, has come whole, and all before it is answered.
    mutating func takeUpgrade() -> Admitted? {
        guard case .admitted(let admitted, _) = phase, hasLastEnd, unanswered == 0 else { return nil }
        phase = .upgraded
        return admitted
    }

    /// Whether a socket waits for the answers to what was asked before it.
    var isAdmitted: Bool {
        if case .admitted = phase { true } else { false }
    }

    private var isUpgraded: Bool {
        if case .upgraded = phase { true } else { false }
    }

    // MARK: - Out

    /// Whether the response that begins is the connection's last.
    var isLastResponse: Bool {
        if case .http = phase { hasLastRequest && unanswered == 1 } else { false }
    }

    /// A response has ended.
    ///
    /// Returns whether it was the connection's last.
    mutating func answered() -> Bool {
        let isLast = isLastResponse
        unanswered -= 1
        return isLast
    }

    // MARK: - Ending

    /// Whether the event goes on at once; otherwise `takeQuiesce` gives it when the decision has fallen.
    mutating func quiesce() -> Bool {
        if case .http = phase { return true }
        isQuiescing = true
        return false
    }

    mutating func takeQuiesce() -> Bool {
        defer { isQuiescing = false }
        return isQuiescing
    }

    /// The connection is gone.
    ///
    /// Returns the socket that will not be opened.
    mutating func end() -> Admitted? {
        defer { if !isUpgraded { phase = .gone } }
        if case .admitted(let admitted, _) = phase { return admitted }
        return nil
    }
}
