import Logging

/// A line for people: `16:24:00.123 INFO  gateway: listening port=8003`.
///
/// The time is UTC.
///
/// Control characters are escaped, so an entry is one line and cannot steer the reader's terminal.
struct TextLogStyle: LogStyle {
    let colour: Bool

    func line(for entry: LogEntry) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        dim(&line) { entry.time.appendTime(to: &$0) }
        line.append(UInt8(ascii: " "))
        paint(&line, code(of: entry.level)) { $0.append(contentsOf: Self.name(of: entry.level).utf8) }
        line.append(contentsOf: " \(Self.printable(entry.logger)): \(Self.printable(entry.message))".utf8)
        for (key, value) in entry.metadata {
            line.append(UInt8(ascii: " "))
            dim(&line) { $0.append(contentsOf: "\(Self.printable(key))=".utf8) }
            line.append(contentsOf: Self.quoted(value.description).utf8)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func dim(_ line: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        paint(&line, "2", write)
    }

    private func paint(_ line: inout [UInt8], _ code: String, _ write: (inout [UInt8]) -> Void) {
        if colour { line.append(contentsOf: "\u{1b}[\(code)m".utf8) }
        write(&line)
        if colour { line.append(contentsOf: "\u{1b}[0m".utf8) }
    }

    private func code(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "2"
        case .info, .notice: "32"
        case .warning: "33"
        case .error, .critical: "31"
        }
    }

    /// The level, six columns wide, so that what follows lines up.
    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE "
        case .debug: "DEBUG "
        case .info: "INFO  "
        case .notice: "NOTICE"
        case .warning: "WARN  "
        case .error: "ERROR "
        case .critical: "FATAL "
        }
    }

    /// As it is when it is one word, else in quotes.
    private static func quoted(_ text: String) -> String {
        let isWord = !text.isEmpty && text.allSatisfy { !$0.isWhitespace && $0 != "\"" }
        return isWord ? printable(text) : "\"\(printable(text.replacing("\"", with: "\\\"")))\""
    }

    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar.properties.generalCategory {
            case .control: result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
