import HTTPTypes
import NovaAPI
import NovaContract

/// A request to become a WebSocket (RFC 6455, section 4.2.1).
struct Handshake: Sendable {
    static let paths: Set<String> = ["/api/ws", "/api/analytics/ws"]
    /// The subprotocol that is chosen where the client offers it.
    static let subprotocol = "nova"

    let head: HTTPRequest
    let credential: HandshakeCredential?
    let offersSubprotocol: Bool
    /// Whether it offers subprotocols of which none can be chosen, and comes from one who takes that for a failure.
    private let wantsAnotherSubprotocol: Bool
    let requestID: String

    init(_ head: HTTPRequest) {
        self.head = head
        let offered = Self.tokens(head.headerFields[.secWebSocketProtocol])
        offersSubprotocol = offered.contains(Self.subprotocol)
        let isBrowser = head.headerFields[.origin] != nil
        wantsAnotherSubprotocol =
            !offersSubprotocol && !offered.isEmpty
            && (isBrowser || offered.contains { $0.hasPrefix(HandshakeCredential.keyPrefix) })
        credential = HandshakeCredential(
            headers: head.headerFields,
            query: QueryItems(Self.split(head.path).query),
            subprotocols: offered
        )
        requestID = RequestIDs.accept(head.headerFields[.requestID])
    }

    /// Whether a request is on a path of ours, whatever it asks there.
    static func isOnPath(_ head: HTTPRequest) -> Bool {
        guard let path = head.path else { return false }
        // Asked of every request: most are sorted out without a copy.
        return paths.contains { path.hasPrefix($0) } && paths.contains(split(path).path)
    }

    /// Whether it asks for a WebSocket, well or not.
    ///
    /// One with a body does not.
    static func isAttempt(_ head: HTTPRequest) -> Bool {
        let fields = head.headerFields
        return head.method == .get && asksForUpgrade(head)
            && tokens(fields[.upgrade]).contains { $0.lowercased() == "websocket" }
            && fields[HeadRefusal.field] == nil && fields[.transferEncoding] == nil
            && (fields[.contentLength] ?? "0") == "0"
    }

    /// Whether nothing that follows on the connection is read as HTTP: so NIO's decoder takes the request's end,
    /// whatever is asked for and whether it is granted or not.
    static func asksForUpgrade(_ head: HTTPRequest) -> Bool {
        if head.method == .connect { return true }
        let fields = head.headerFields
        return fields[.upgrade] != nil && tokens(fields[.connection]).contains { $0.lowercased() == "upgrade" }
    }

    /// - Throws: `VALIDATION_ERROR` naming the header field that is wrong.
    func validate() throws(NovaError) {
        try QueryItems(Self.split(head.path).query).check(TicketRoutes.parameters)
        guard head.headerFields[.secWebSocketVersion] == "13" else {
            throw NovaError(.validationError, "Sec-WebSocket-Version must be 13")
        }
        // 16 bytes in base64.
        guard let key = head.headerFields[.secWebSocketKey], key.utf8.count == 24, key.hasSuffix("=="),
            key.utf8.dropLast(2).allSatisfy(Self.isBase64)
        else { throw NovaError(.validationError, "Sec-WebSocket-Key must be 16 bytes in base64") }
        // Answered by 101 without a subprotocol, a browser fails, and says nothing but 1006.
        guard !wantsAnotherSubprotocol else {
            throw NovaError(
                .validationError,
                "offer the subprotocol \"\(Self.subprotocol)\" too: Sec-WebSocket-Protocol: nova, nova.key.KEY; none of those "
                    + "that are offered can be chosen",
                details: [.init("/Sec-WebSocket-Protocol", "must offer \"\(Self.subprotocol)\" beside all else")]
            )
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// The items of a comma-separated field.
    private static func tokens(_ field: String?) -> [String] {
        (field ?? "").split(separator: ",").map { item in
            let start = item.drop { $0.isWhitespace }
            return String(start.reversed().drop { $0.isWhitespace }.reversed())
        }
    }

    private static func split(_ target: String?) -> (path: String, query: String?) {
        let parts = (target ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), parts.count == 2 ? String(parts[1]) : nil)
    }
}
