import NIOCore

/// Until when the present part of a request must have come.
///
/// Plain state of one connection.
///
/// It is measured from the part's beginning, not from its last byte: a client that sends a byte now and then does not
/// hold a connection longer than one that sends none.
struct RequestDeadlines {
    private enum Phase {
        /// Between requests, or a request is being answered.
        case idle
        case head(until: NIODeadline)
        case body(until: NIODeadline)
        /// The connection speaks something else now.
        case handedOver
    }

    let headTime: TimeAmount
    let bodyTime: TimeAmount
    private var phase = Phase.idle

    init(headTime: TimeAmount, bodyTime: TimeAmount) {
        self.headTime = headTime
        self.bodyTime = bodyTime
    }

    var deadline: NIODeadline? {
        switch phase {
        case .head(let deadline), .body(let deadline): deadline
        case .idle, .handedOver: nil
        }
    }

    var isHandedOver: Bool {
        if case .handedOver = phase { true } else { false }
    }

    /// Whether no head has come that would have to be answered.
    var isBeforeHead: Bool {
        switch phase {
        case .idle, .head: true
        case .body, .handedOver: false
        }
    }

    mutating func bytesCame(at now: NIODeadline) {
        if case .idle = phase { phase = .head(until: now + headTime) }
    }

    /// - Parameter bodyTime: of this request, where it is another one.
    mutating func headCame(at now: NIODeadline, bodyTime: TimeAmount? = nil) {
        if !isHandedOver { phase = .body(until: now + (bodyTime ?? self.bodyTime)) }
    }

    /// What still comes of a request that is answered is waited for no longer than for any other's.
    ///
    /// - Returns: whether the deadline is earlier than it was.
    mutating func answerBegan(at now: NIODeadline) -> Bool {
        guard case .body(let deadline) = phase, now + bodyTime < deadline else { return false }
        phase = .body(until: now + bodyTime)
        return true
    }

    mutating func endCame() {
        if !isHandedOver { phase = .idle }
    }

    mutating func handOver() { phase = .handedOver }
}
