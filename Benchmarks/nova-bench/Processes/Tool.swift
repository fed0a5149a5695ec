import ChildProcesses
import Synchronization

/// A program that runs to its end.
enum Tool {
    /// The lines it wrote to standard output.
    ///
    /// - Throws: `BenchError` where it does not exit with 0.
    static func lines(_ executable: String, _ arguments: [String]) async throws -> [String] {
        let lines = Lines()
        let command = ChildCommand(executable: executable, arguments: arguments)
        return try await ChildProcess.run(command, name: executable, onLine: lines.take) { process in
            let exit = try await process.exit()
            guard exit == .exited(0) else {
                let said = process.lastLines().joined(separator: "\n")
                throw BenchError("\(executable) \(arguments.joined(separator: " ")): \(exit)\n\(said)")
            }
            return lines.all
        }
    }

    static func firstLine(_ executable: String, _ arguments: [String]) async throws -> String {
        try await lines(executable, arguments).first ?? ""
    }

    /// The number behind `word` at the beginning of a line.
    static func number(_ word: String, _ executable: String, _ arguments: [String]) async throws -> Double {
        let lines = try await lines(executable, arguments)
        guard let line = lines.last(where: { $0.hasPrefix(word + " ") }),
            let number = Double(line.dropFirst(word.count + 1))
        else { throw BenchError("\(executable) printed no `\(word)`: \(lines)") }
        return number
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func take(_ output: ChildOutput) {
            guard output.stream == .standardOutput else { return }
            lines.withLock { $0.append(output.line) }
        }
    }
}
