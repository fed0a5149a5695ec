import NIOWebSocket
import NovaContract

/// Why a socket is closed: the code, the sentence, and what is said before.
struct CloseReason: Sendable {
    let code: WebSocketErrorCode
    let text: String
    /// Sent as an error message before the close frame.
    var error: NovaError?
    /// Whether the close frame names the last event delivered, to go on from.
    var namesPlace = false

    /// The reason of the close frame: at most 123 bytes (RFC 6455, section 5.5).
    func reason(place: EventID?) -> String {
        guard namesPlace, let place else { return text }
        return "\(text); after=\(place)"
    }
}

extension CloseReason {
    static let stopping = CloseReason(code: .goingAway, text: "the gateway is stopping", namesPlace: true)
    static let tooSlow = CloseReason(code: .tryAgainLater, text: "the client does not read", namesPlace: true)
    static let silent = CloseReason(code: .goingAway, text: "no answer to a ping", namesPlace: true)
    static let tooMuchAtOnce = CloseReason(
        code: .tryAgainLater,
        text: "too many large messages at once",
        namesPlace: true
    )
    static let unavailable = CloseReason(
        code: .tryAgainLater,
        text: "the events cannot be read now",
        namesPlace: true
    )
    static let tooManyMessages = CloseReason(code: .policyViolation, text: "too many messages at once")
    static let tooLarge = CloseReason(code: .messageTooLarge, text: "the message is too large")
    static let notText = CloseReason(code: .unacceptableData, text: "messages are JSON texts")
    static let notUTF8 = CloseReason(code: .dataInconsistentWithMessage, text: "the text is not UTF-8")
    static let keyChanged = CloseReason(code: .policyViolation, text: "the key's rights have changed", namesPlace: true)
    static let keyEnded = CloseReason(
        code: .policyViolation,
        text: "the key is good no more",
        error: NovaError(.authenticationError, "the key was revoked or has expired")
    )

    static func protocolError(_ text: String) -> CloseReason { CloseReason(code: .protocolError, text: text) }
}

extension WebSocketErrorCode {
    /// Try again later: IANA's registry of close codes, 1013.
    static let tryAgainLater = WebSocketErrorCode(codeNumber: 1_013)
}
