/// Puts the parts of a stream together to lines.
struct JSONLines {
    /// Bytes of one line.
    let limit: Int
    private var rest: [UInt8] = []
    /// Of lines that were taken, the empty ones included.
    private(set) var count = 0

    init(limit: Int) { self.limit = limit }

    struct TooLong: Error {}

    /// The lines that are whole now, each with its number from 1; those with nothing but blanks are left out.
    ///
    /// - Throws: `TooLong`, where the next line has more bytes than the limit.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [(number: Int, bytes: [UInt8])] {
        var lines: [(Int, [UInt8])] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let line = end() { lines.append(line) }
            } else {
                guard rest.count < limit else { throw TooLong() }
                rest.append(byte)
            }
        }
        return lines
    }

    /// The last line, where no line end followed.
    mutating func finish() -> (number: Int, bytes: [UInt8])? { rest.isEmpty ? nil : end() }

    private mutating func end() -> (Int, [UInt8])? {
        count += 1
        defer { rest.removeAll(keepingCapacity: true) }
        let isBlank = rest.allSatisfy {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
        }
        return isBlank ? nil : (count, rest)
    }
}
