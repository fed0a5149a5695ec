/// Why a command or a subscription failed.
///
/// Cancelling the task is not among them: it throws `CancellationError`, and the command may still be applied.
package enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The connection broke before the reply came.
    case connectionLost(mayHaveBeenApplied: Bool)
    /// The reply did not come in time. The connection stays; a late reply is discarded.
    case deadlineExceeded(mayHaveBeenApplied: Bool)
    /// There is no connection, and why. Nothing was sent.
    case notConnected(String)
    /// The server answered with an error. A script that failed midway keeps what it wrote before.
    case server(RedisServerError)
    /// More commands, or more bytes of them, are unanswered than the configuration allows. Nothing was sent.
    case backlogFull
    /// The server sent what RESP does not allow, or a reply over the size limit. The connection was given up.
    case protocolViolation(String)
    /// The command would change the connection under the feet of others, or is empty. Nothing was sent.
    case refused(String)
    /// A subscriber read more slowly than messages came, and its buffer is full. What was buffered was delivered.
    case subscriberTooSlow
    /// The client was closed, or the subscription's scope was left. Nothing was sent.
    case closed

    /// Whether the server may have executed the command, so that repeating it can execute it twice.
    package var mayHaveBeenApplied: Bool {
        switch self {
        case .connectionLost(let mayHaveBeenApplied), .deadlineExceeded(let mayHaveBeenApplied): mayHaveBeenApplied
        case .protocolViolation: true
        case .notConnected, .server, .backlogFull, .refused, .subscriberTooSlow, .closed: false
        }
    }

    /// Whether the same call may succeed later.
    ///
    /// Ask `mayHaveBeenApplied` too before repeating what is not idempotent.
    package var isRetriable: Bool {
        switch self {
        case .connectionLost, .deadlineExceeded, .notConnected, .backlogFull, .subscriberTooSlow: true
        case .server(let error): Self.passingCodes.contains(error.code)
        case .protocolViolation, .refused, .closed: false
        }
    }

    /// States of a server that end by themselves or by its operator, none of them caused by the command.
    private static let passingCodes: Set<String> = [
        "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN",
    ]

    package var description: String {
        switch self {
        case .connectionLost(let applied): "redis connection lost; the command \(Self.disposition(applied))"
        case .deadlineExceeded(let applied): "redis did not answer in time; the command \(Self.disposition(applied))"
        case .notConnected(let reason): "not connected to redis: \(reason)"
        case .server(let error): "redis error: \(error)"
        case .backlogFull: "too many redis commands unanswered"
        case .protocolViolation(let reason): "redis protocol violation: \(reason)"
        case .refused(let reason): "redis command refused by the client: \(reason)"
        case .subscriberTooSlow: "redis subscriber too slow: its buffer is full"
        case .closed: "redis client closed"
        }
    }

    private static func disposition(_ mayHaveBeenApplied: Bool) -> String {
        mayHaveBeenApplied ? "may have been applied" : "was not sent"
    }
}
