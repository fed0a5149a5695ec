/// Whether the client of a request waits to be asked for its body (`Expect: 100-continue`, RFC 9110, section 10.1.1).
///
/// Plain state of one connection. It is asked when its request is answered and its body is wanted, and not before: a request
/// whose key is wrong costs nobody its body.
struct Expectation {
    /// Requests that have come, and those that are answered, of this connection.
    private var came = 0
    private var answered = 0
    /// The request that waits, counted from 1.
    private var waiting: Int?
    /// Whether the answer that is being written is the connection's last.
    private var isLast = false

    mutating func headCame(expects: Bool) {
        came += 1
        waiting = expects ? came : nil
    }

    /// The client has not waited.
    mutating func bodyCame() { waiting = nil }

    /// Whether to ask now: the request that is being answered wants its body.
    mutating func bodyIsWanted() -> Bool {
        guard waiting == answered + 1 else { return false }
        waiting = nil
        return true
    }

    /// Whether the answer that begins is the connection's last: its body was not asked for, and what the client sends next
    /// may be that body or another request.
    mutating func answerBegins() -> Bool {
        isLast = waiting == answered + 1
        return isLast
    }

    /// Returns whether the connection is to be closed.
    mutating func answerEnded() -> Bool {
        answered += 1
        defer { isLast = false }
        return isLast
    }
}
