/// The `tracestate` header of W3C Trace Context level 1: a list of vendors' entries that Nova hands on and never reads.
package struct TraceState: Sendable, Equatable {
    /// The header as it came.
    package let text: String

    /// Reads the header, several of them joined by commas; nil when there is no entry or anything in it is malformed.
    ///
    /// A malformed list is dropped as a whole, as the recommendation asks. More than 32 entries, two entries with one
    /// key, or more than 8,192 bytes are refused too.
    package init?(_ text: String) {
        guard text.utf8.count <= 8_192 else { return nil }
        let entries = text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        guard !entries.isEmpty, entries.count <= 32 else { return nil }
        var keys: Set<Substring> = []
        for entry in entries {
            guard let equals = entry.firstIndex(of: "="),
                Self.isKey(entry[..<equals].utf8),
                Self.isValue(entry[entry.index(after: equals)...].utf8),
                keys.insert(entry[..<equals]).inserted
            else { return nil }
        }
        self.text = text
    }

    /// `key`, or `tenant@system` with at most 241 and 14 characters.
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(parts[0], atMost: 256, digitFirst: false)
        case 2:
            return isName(parts[0], atMost: 241, digitFirst: true) && isName(parts[1], atMost: 14, digitFirst: false)
        default: return false
        }
    }

    private static func isName(_ name: Substring.UTF8View.SubSequence, atMost limit: Int, digitFirst: Bool) -> Bool {
        guard let first = name.first, name.count <= limit else { return false }
        guard isLetter(first) || (digitFirst && isDigit(first)) else { return false }
        return name.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
    }

    /// 1 to 256 printable characters of ASCII without comma and equals sign.
    private static func isValue(_ value: Substring.UTF8View) -> Bool {
        (1...256).contains(value.count)
            && value.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
