import NovaContract

/// A payload for people: JSON laid out, text as it is, anything else in hexadecimal.
struct PayloadText: Equatable {
    private static let maximumLines = 60
    private static let maximumColumns = 400

    let lines: [String]
    /// What it is, to be put behind its size.
    let kind: String
    /// Whether there is more of it than the lines show.
    let isCut: Bool

    /// - Parameter isWhole: Cut nothing.
    init(_ bytes: [UInt8], isWhole: Bool) {
        let (all, kind) = Self.read(bytes)
        self.kind = kind
        guard !isWhole else {
            (lines, isCut) = (all, false)
            return
        }
        lines = all.prefix(Self.maximumLines).map { TextLayout.truncated($0, to: Self.maximumColumns) }
        isCut = lines != all
    }

    private static func read(_ bytes: [UInt8]) -> (lines: [String], kind: String) {
        if bytes.isEmpty { return ([], "") }
        do throws(JSONReadError) {
            return (PrettyJSON.lines(try JSONValue(parsing: bytes)).map(TextLayout.printable), ", JSON")
        } catch {
            if let text = text(bytes) { return (text, ", text") }
            return (Hexadecimal.lines(bytes), ", hexadecimal")
        }
    }

    /// Nil for what is not UTF-8, or steers a terminal.
    private static func text(_ bytes: [UInt8]) -> [String]? {
        guard let text = String(validating: bytes, as: UTF8.self), TextLayout.printableLines(text) == text else {
            return nil
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
