import Logging

/// One JSON object a line: `time`, `level`, `service`, `logger`, `message`, then the metadata beside them.
///
/// A dictionary in the metadata is flattened: `{"job": {"id": 1}}` becomes `"job.id"`. A list becomes a list. A name
/// that one of the five fields already has gets an underscore in front, so no line has a name twice for that reason.
struct JSONLogStyle: LogStyle {
    private static let fields: Set<String> = ["time", "level", "service", "logger", "message"]

    /// `,"service":"…","logger":"`, the same in every line.
    private let service: [UInt8]

    init(service: String) {
        var bytes = Array(",\"service\":".utf8)
        bytes.appendJSON(service)
        bytes.append(contentsOf: ",\"logger\":".utf8)
        self.service = bytes
    }

    func line(for entry: LogEntry) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line.append(contentsOf: "{\"time\":\"".utf8)
        entry.time.appendDateAndTime(to: &line)
        line.append(contentsOf: "\",\"level\":\"".utf8)
        line.append(contentsOf: entry.level.rawValue.utf8)
        line.append(UInt8(ascii: "\""))
        line.append(contentsOf: service)
        line.appendJSON(entry.logger)
        line.append(contentsOf: ",\"message\":".utf8)
        line.appendJSON(entry.message)
        for (key, value) in entry.metadata {
            append(value, named: Self.fields.contains(key) ? "_" + key : key, to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        return line
    }

    private func append(_ value: Logger.MetadataValue, named name: String, to line: inout [UInt8]) {
        if case .dictionary(let members) = value {
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                append(member, named: name + "." + key, to: &line)
            }
            return
        }
        line.append(UInt8(ascii: ","))
        line.appendJSON(name)
        line.append(UInt8(ascii: ":"))
        append(value, to: &line)
    }

    private func append(_ value: Logger.MetadataValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text): line.appendJSON(text)
        case .stringConvertible(let value): line.appendJSON(value.description)
        case .dictionary(let members): line.appendJSON(members.description)
        case .array(let items):
            line.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(item, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        }
    }
}

extension [UInt8] {
    /// Appends `text` as a JSON string, quotes included.
    ///
    /// Control characters are escaped, and so are the two separators that end a line for some readers of JSON but not
    /// for JSON itself.
    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var plainFrom = bytes.startIndex
            for index in bytes.indices {
                guard let escape = Self.escape(bytes, at: index) else { continue }
                append(contentsOf: bytes[plainFrom..<index])
                append(contentsOf: escape.text.utf8)
                plainFrom = index + escape.length
            }
            append(contentsOf: bytes[plainFrom...])
        }
        append(UInt8(ascii: "\""))
    }

    /// What stands for the character that begins at `index`, and how many bytes that character has; nil when it can
    /// stand as it is.
    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (text: String, length: Int)? {
        switch bytes[index] {
        case UInt8(ascii: "\""): return ("\\\"", 1)
        case UInt8(ascii: "\\"): return ("\\\\", 1)
        case UInt8(ascii: "\n"): return ("\\n", 1)
        case UInt8(ascii: "\r"): return ("\\r", 1)
        case UInt8(ascii: "\t"): return ("\\t", 1)
        case 0..<0x20, 0x7f:
            let digits = String(bytes[index], radix: 16)
            return ("\\u00" + (digits.count == 1 ? "0" : "") + digits, 1)
        case 0xe2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xfe == 0xa8:
            return (bytes[index + 2] == 0xa8 ? "\\u2028" : "\\u2029", 3)
        default: return nil
        }
    }
}
