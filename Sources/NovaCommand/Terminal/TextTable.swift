/// Rows in columns, each as wide as its widest cell; the last column is not padded.
struct TextTable {
    private var rows: [[String]]

    init(_ header: String...) { self.init(header: header) }
    init(header: [String]) { rows = [header] }

    mutating func add(_ cells: String...) { add(cells: cells) }
    mutating func add(cells: [String]) { rows.append(cells.map(TextLayout.printable)) }

    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : TextLayout.left(cell, widths[column])
            }
            .joined(separator: "  ")
        }
    }
}
