import ChildProcesses

/// Shows the log lines of a child, with its name in front: from warning up, or all.
struct ChildLog: Sendable {
    let name: String
    let showsAll: Bool
    let live: LiveLine
    let style: TextStyle
    /// Shows nothing, whatever the line, unless all are shown.
    var isMute = false

    func callAsFunction(_ output: ChildOutput) {
        guard showsAll || !isMute && Self.isWorthShowing(output.line) else { return }
        live.above(style.dim(TextLayout.left(name, 8) + " | ") + TextLayout.printable(output.line))
    }

    /// Not so what is logged below warning; but what is no log line at all, such as a crash report.
    static func isWorthShowing(_ line: String) -> Bool {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, isTime(words[0]) else { return !line.allSatisfy(\.isWhitespace) }
        return !["TRACE", "DEBUG", "INFO", "NOTICE"].contains(words[1])
    }

    /// `16:24:00.123`, as the text format of the logs begins.
    private static func isTime(_ word: Substring) -> Bool {
        word.count == 12 && word.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == ".") }
    }
}
