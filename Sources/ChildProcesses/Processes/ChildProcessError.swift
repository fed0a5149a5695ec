/// Why a child could not be used.
package enum ChildProcessError: Error, CustomStringConvertible {
    /// There was never a process.
    case notStarted(name: String, reason: String)
    /// The process ended while somebody still wanted something from it. `lastLines` are the last ones it wrote.
    case ended(name: String, exit: ChildExit, lastLines: [String])
    /// The line waited for did not come in time.
    case silent(name: String, waited: Duration, lastLines: [String])
    /// Its standard input takes no more.
    case inputClosed(name: String, reason: String)

    package var description: String {
        switch self {
        case .notStarted(let name, let reason):
            "\(name) was not started: \(reason)"
        case .ended(let name, let exit, let lastLines):
            "\(name) ended (\(exit))" + Self.quote(lastLines)
        case .silent(let name, let waited, let lastLines):
            "\(name) did not write the expected line within \(waited)" + Self.quote(lastLines)
        case .inputClosed(let name, let reason):
            "\(name) reads no more input: \(reason)"
        }
    }

    private static func quote(_ lines: [String]) -> String {
        lines.isEmpty ? "; it wrote nothing" : "; its last lines:\n" + lines.joined(separator: "\n")
    }
}
