import NovaContract

/// Reads what models write for JSON: with comments, trailing commas, single quotes, names without quotes, line ends inside
/// texts, and `True`, `False` and `None` of Python.
///
/// One pass, each byte looked at once; at most `maximumBytes` and `maximumDepth`. What is not closed is not guessed at, so
/// that an answer that was cut off is none.
struct LenientJSON {
    /// As much as a result can have, and prose around it; longer texts are not read leniently.
    static let maximumBytes = 1 << 20
    /// As deep as what clients send.
    static let maximumDepth = 100

    private let bytes: [UInt8]
    private var position: Int

    /// The value that the text is; nil where it is none, or something stands beside it.
    static func value(of bytes: [UInt8]) -> JSONValue? {
        guard bytes.count <= maximumBytes else { return nil }
        var reader = LenientJSON(bytes: bytes, position: 0)
        guard reader.skip(), let value = reader.value(0), reader.skip(), reader.position == bytes.count else {
            return nil
        }
        return value
    }

    /// The value that begins at a byte, and the byte behind it.
    static func value(in bytes: [UInt8], at start: Int) -> (value: JSONValue, end: Int)? {
        guard bytes.count <= maximumBytes else { return nil }
        var reader = LenientJSON(bytes: bytes, position: start)
        return reader.value(0).map { ($0, reader.position) }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = peek, byte == character.asciiValue else { return false }
        position += 1
        return true
    }

    // MARK: - Values

    private mutating func value(_ depth: Int) -> JSONValue? {
        guard depth <= Self.maximumDepth, let first = peek else { return nil }
        switch first {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string().map(JSONValue.string)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: return word()
        }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        position += 1
        var members = JSONObject()
        while true {
            guard skip() else { return nil }
            if take("}") { return .object(members) }
            guard let name = name(), skip(), take(":"), skip(), let value = value(depth + 1), skip() else { return nil }
            members[name] = value
            // A comma may stand behind the last one too.
            guard take(",") || peek == UInt8(ascii: "}") else { return nil }
        }
    }

    private mutating func array(_ depth: Int) -> JSONValue? {
        position += 1
        var elements: [JSONValue] = []
        while true {
            guard skip() else { return nil }
            if take("]") { return .array(elements) }
            guard let value = value(depth + 1), skip() else { return nil }
            elements.append(value)
            guard take(",") || peek == UInt8(ascii: "]") else { return nil }
        }
    }

    private mutating func name() -> String? {
        guard let first = peek else { return nil }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return string() }
        let name = letters()
        return name.first.map { Self.isDigit($0) || $0 == UInt8(ascii: "-") } ?? true
            ? nil : String(decoding: name, as: UTF8.self)
    }

    private mutating func word() -> JSONValue? {
        switch String(decoding: letters(), as: UTF8.self) {
        case "true", "True": true
        case "false", "False": false
        case "null", "None": .null
        default: nil
        }
    }

    /// Of a name without quotes.
    private mutating func letters() -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek,
            Self.isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "-")
        {
            position += 1
        }
        return bytes[start..<position]
    }

    private mutating func number() -> JSONValue? {
        let start = position
        while let byte = peek,
            Self.isDigit(byte) || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
                || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        {
            position += 1
        }
        return strictly(bytes[start..<position])
    }

    private func strictly(_ text: ArraySlice<UInt8>) -> JSONValue? {
        do throws(JSONReadError) {
            return try JSONValue(parsing: text)
        } catch {
            return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    // MARK: - Texts

    /// In either kind of quotes: written again as strict JSON, and read so.
    private mutating func string() -> String? {
        guard let quote = peek else { return nil }
        position += 1
        var strict: [UInt8] = [UInt8(ascii: "\"")]
        while let byte = peek {
            position += 1
            switch byte {
            case quote:
                strict.append(UInt8(ascii: "\""))
                return strictly(strict[...])?.stringValue
            case UInt8(ascii: "\""): strict += Array(#"\""#.utf8)
            case UInt8(ascii: "\\"):
                guard let next = peek else { return nil }
                position += 1
                strict += Self.escape(next)
            case 0x0A: strict += Array(#"\n"#.utf8)
            case 0x0D: strict += Array(#"\r"#.utf8)
            case 0x09: strict += Array(#"\t"#.utf8)
            case 0..<0x20: return nil
            default: strict.append(byte)
            }
        }
        return nil
    }

    /// What follows a backslash, as JSON escapes it; a backslash before anything else is meant as one.
    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "'"): [byte]
        case 0x0A: []
        case _ where Array(#""\/bfnrtu"#.utf8).contains(byte): [UInt8(ascii: "\\"), byte]
        case 0..<0x20: Array(#"\\ "#.utf8)
        default: Array(#"\\"#.utf8) + [byte]
        }
    }

    // MARK: - Blanks

    /// Blanks and comments; false where a comment is not closed.
    private mutating func skip() -> Bool {
        while let byte = peek {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "/"):
                let next = position + 1 < bytes.count ? bytes[position + 1] : 0
                if next == UInt8(ascii: "/") {
                    skipLine()
                } else if next == UInt8(ascii: "*") {
                    guard skipBlock() else { return false }
                } else {
                    return true
                }
            default: return true
            }
        }
        return true
    }

    private mutating func skipLine() {
        while let byte = peek, byte != 0x0A { position += 1 }
    }

    private mutating func skipBlock() -> Bool {
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return true
            }
            position += 1
        }
        return false
    }
}
