import NovaContract

/// Dead letters as rows; on a terminal the message is cut to what is left of the line.
struct DeadLetterTable {
    private static let leastMessage = 20

    private let entries: [DeadLetterEntry]
    private let showsState: Bool
    private let console: Console

    init(entries: [DeadLetterEntry], showsState: Bool, console: Console) {
        self.entries = entries
        self.showsState = showsState
        self.console = console
    }

    var lines: [String] {
        // The table without its last column says how much is left of a line.
        let taken = table { _ in "" }.lines.first.map { DisplayWidth.of($0) - DisplayWidth.of("MESSAGE") } ?? 0
        let room = console.isTerminal ? max(Self.leastMessage, console.width - taken) : Int.max
        return table { TextLayout.truncated(TextLayout.printable($0), to: room) }.lines
    }

    private func table(_ message: (String) -> String) -> TextTable {
        var table = TextTable(header: ["LETTER", "DIED"] + (showsState ? ["STATE"] : []) + Self.names)
        for entry in entries {
            let shown = DeadLetterDescription(entry: entry)
            let record = entry.record
            table.add(
                cells: ["\(entry.reference)", shown.died] + (showsState ? [shown.state] : []) + [
                    Self.cell(record.code), Self.cell(shown.attempts), Self.cell(record.type),
                    Self.cell(record.subject), Self.cell(record.jobID), message(record.message),
                ]
            )
        }
        return table
    }

    private static let names = ["CODE", "ATTEMPTS", "TYPE", "SUBJECT", "JOB", "MESSAGE"]

    private static func cell(_ text: String) -> String { text.isEmpty ? "-" : text }
}
