/// How a child ended.
package enum ChildExit: Sendable, Hashable, CustomStringConvertible {
    /// By itself, with this status, 0–255.
    case exited(Int32)
    /// By this signal.
    case signaled(Int32)

    package var isSuccess: Bool { self == .exited(0) }

    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}
