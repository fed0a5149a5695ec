/// Bytes for people: sixteen a line, with where they begin, and as ASCII.
enum Hexadecimal {
    private static let columns = 16

    static func lines(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: columns).map { start in
            let row = bytes[start..<min(start + columns, bytes.count)]
            let digits = row.map { padded($0, 2) }.joined(separator: " ")
            let text = String(decoding: row.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
            return padded(start, 8) + "  " + TextLayout.left(digits, columns * 3 - 1) + "  " + text
        }
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
