/// Everything that was measured, for a person.
struct Table {
    var conditions: [(name: String, value: String)]
    var sections: [Section] = []

    init(conditions: [(String, String)]) {
        self.conditions = conditions.map { (name: $0, value: $1) }
    }

    var text: String {
        let header = Row("", perSecond: "per second", p50: "p50", p99: "p99", reference: "against", ratio: "ratio")
        let all = [header] + sections.flatMap(\.rows)
        let widths = (0..<header.cells.count).map { column in all.map { $0.cells[column].count }.max() ?? 0 }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        var lines = [""]
        let nameWidth = conditions.map(\.name.count).max() ?? 0
        lines += conditions.map { "\(Self.padded($0.name, nameWidth))  \($0.value)" }
        lines += ["", Self.line(header, widths), rule]
        for section in sections {
            lines.append(section.title)
            lines += section.rows.map { Self.line($0, widths) }
            lines += section.notes.map { "  * \($0)" }
            lines.append(rule)
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ row: Row, _ widths: [Int]) -> String {
        let cells = zip(row.cells, widths).enumerated().map { index, cell in
            // Names to the left, figures to the right.
            padded(cell.0, cell.1, toTheRight: Row.isFigure[index])
        }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func padded(_ text: String, _ width: Int, toTheRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return toTheRight ? blanks + text : text + blanks
    }
}

/// One part of the table.
struct Section {
    let title: String
    var rows: [Row] = []
    /// What a reader must know to read the rows.
    var notes: [String] = []
}
