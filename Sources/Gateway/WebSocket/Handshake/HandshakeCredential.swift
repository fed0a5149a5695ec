import HTTPTypes
import NovaAPI

/// Where a handshake carries its key.
///
/// Browsers cannot set headers on a WebSocket; the other two are for them.
enum HandshakeCredential: Sendable, Equatable {
    /// `X-API-Key` or `Authorization: Bearer`.
    case header(String)
    /// `?ticket=`, good once.
    case ticket(String)
    /// `Sec-WebSocket-Protocol: nova, nova.key.KEY`.
    case subprotocol(String)

    static let keyPrefix = "nova.key."

    /// A header wins over a ticket, a ticket over a subprotocol.
    init?(headers: HTTPFields, query: QueryItems, subprotocols: [String]) {
        if let key = PresentedCredential.key(in: headers) {
            self = .header(key)
        } else if let ticket = query["ticket"] {
            self = .ticket(ticket)
        } else if let text = subprotocols.first(where: { $0.hasPrefix(Self.keyPrefix) }) {
            self = .subprotocol(String(text.dropFirst(Self.keyPrefix.count)))
        } else {
            return nil
        }
    }

    /// Whether a page of another site could have made the browser send it, or have got hold of it.
    var needsOriginCheck: Bool {
        if case .header = self { false } else { true }
    }
}
