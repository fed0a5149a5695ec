import ArgumentParser
import NovaContract

/// A moment on the command line: a time ago such as `2h`, or an RFC 3339 time.
enum MomentArgument: ExpressibleByArgument, Equatable {
    /// Milliseconds.
    case ago(Int64)
    /// Milliseconds since 1970.
    case at(Int64)

    init?(argument: String) {
        if let span = SpanArgument(argument: argument) {
            self = .ago(span.milliseconds)
        } else if let date = Timestamp.date(argument) {
            self = .at(Timestamp.milliseconds(date))
        } else {
            return nil
        }
    }

    /// Milliseconds since 1970.
    func milliseconds(now: Int64) -> Int64 {
        switch self {
        case .ago(let span): now - span
        case .at(let moment): moment
        }
    }
}
