/// Why a connection, or the attempt at one, is over.
enum LinkLoss {
    /// Hung up, reset, unreachable, timed out.
    case broken(String)
    /// The server does not want us: a wrong password, say.
    case refused(String)
    /// The server sent what makes no sense.
    case violation(String)

    var reason: String {
        switch self {
        case .broken(let reason), .refused(let reason), .violation(let reason): reason
        }
    }
}
