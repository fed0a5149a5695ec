/// Cuts a stream of bytes into lines at each line feed; a carriage return before it is dropped.
///
/// Holds at most `limit` bytes: a longer line is handed out in pieces of that length.
struct LineSplitter {
    private let limit: Int
    private var rest: [UInt8] = []

    init(limit: Int = 64 << 10) {
        self.limit = limit
    }

    /// The lines that `bytes` complete.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(takeLine())
            } else {
                rest.append(byte)
                if rest.count == limit { lines.append(takePiece()) }
            }
        }
        return lines
    }

    /// What was written after the last line feed, or nil when that is nothing.
    mutating func finish() -> String? {
        rest.isEmpty ? nil : takePiece()
    }

    private mutating func takeLine() -> String {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        return takePiece()
    }

    private mutating func takePiece() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
