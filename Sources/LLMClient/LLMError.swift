/// Why a model did not answer.
package enum LLMError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection, or it broke.
    case unreachable(String)
    /// Nothing was heard for too long.
    case timedOut(String)
    /// The time that was given for the answer is over; says nothing of the server.
    case overdue(String)
    /// 429.
    case limited(String, retryAfter: Duration?)
    /// 5xx, or a fault in the middle of a stream.
    case server(status: Int, String, retryAfter: Duration? = nil)
    /// Any other status: the question itself is refused, and would be again.
    case refused(status: Int, String)
    /// What came is no answer.
    case malformed(String)
    /// It failed so often of late that it is not asked for now.
    case open(until: ContinuousClock.Instant)

    /// Whether asking again later may help.
    package var mayPass: Bool {
        if case .refused = self { return false }
        return true
    }

    /// Whether it tells of the server's health, not of the question.
    var isOutage: Bool {
        switch self {
        // A fault in the middle of a stream may well be the question's.
        case .server(let status, _, _): status != 200
        case .unreachable, .timedOut: true
        case .overdue, .limited, .refused, .malformed, .open: false
        }
    }

    var retryAfter: Duration? {
        switch self {
        case .limited(_, let delay), .server(_, _, let delay): delay
        default: nil
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let reason): "the model's server was not reached: \(reason)"
        case .timedOut(let what): "the model's server took too long: \(what)"
        case .overdue(let what): "\(what)"
        case .limited(let reason, _): "the model's server limits requests (429): \(reason)"
        case .server(let status, let reason, _): "the model's server failed (\(status)): \(reason)"
        case .refused(let status, let reason): "the model's server refused the request (\(status)): \(reason)"
        case .malformed(let reason): "the model's server answered what is no answer: \(reason)"
        case .open: "the model's server failed too often of late and is left alone for a while"
        }
    }
}
