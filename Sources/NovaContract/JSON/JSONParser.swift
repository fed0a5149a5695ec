/// Reads JSON from bytes by recursive descent, as deep as its source may nest.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let source: JSONValue.Source
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, from source: JSONValue.Source) {
        self.bytes = bytes
        self.source = source
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private var maximumDepth: Int {
        switch source {
        case .request: JSONValue.maximumRequestDepth
        case .record: JSONValue.maximumDepth
        }
    }

    /// One value and nothing behind it.
    mutating func document() throws(JSONReadError) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw fault("something behind the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONReadError) -> JSONValue {
        guard depth <= maximumDepth else { throw fault("nested deeper than \(maximumDepth) levels") }
        skipBlanks()
        guard let first = peek else { throw fault("the text ends where a value should be") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("no value begins like this")
        }
    }

    private mutating func object(depth: Int) throws(JSONReadError) -> JSONValue {
        position += 1
        var members = JSONObject()
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw fault("a member's name should be here") }
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon should be here") }
            if members.updateValue(try value(depth: depth + 1), forKey: name) != nil, source == .request {
                throw fault("the member \(Self.quoted(name)) is there twice")
            }
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("a comma or } should be here") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONReadError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("a comma or ] should be here") }
        return .array(elements)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONReadError) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else { throw fault("no value begins like this") }
        }
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(JSONReadError) -> JSONValue {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        var whole: Int64? = 0
        guard let first = peek, Self.isDigit(first) else { throw fault("a digit should be here") }
        if first == UInt8(ascii: "0") {
            position += 1
            if let next = peek, Self.isDigit(next) { throw fault("a number does not begin with 0") }
        } else {
            while let digit = peek, Self.isDigit(digit) {
                whole = whole.flatMap { Self.appending(digit, to: $0, isNegative: isNegative) }
                position += 1
            }
        }
        let isWhole = peek != UInt8(ascii: ".") && peek != UInt8(ascii: "e") && peek != UInt8(ascii: "E")
        // -0 is not the whole number 0.
        if isWhole, let whole, !(isNegative && whole == 0) { return .integer(whole) }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        guard position - start <= JSONValue.maximumNumberLength else {
            throw fault("a number of more than \(JSONValue.maximumNumberLength) characters")
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw fault("the number is too large") }
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53, number.sign == .plus || whole != 0 {
            return Self.carries(number, text) ? .integer(whole) : .literal(text)
        }
        return Self.carries(number, text) ? .number(number) : .literal(text)
    }

    /// Whether writing `number` gives the value that `text` says.
    ///
    /// Any text of at most 15 digits comes back from the nearest `Double` (IEEE 754, DBL_DIG), unless it is too small for one.
    private static func carries(_ number: Double, _ text: String) -> Bool {
        let given = DecimalDigits(text)
        if given.digits.count <= 15, number.isNormal || given.digits.isEmpty { return true }
        return given == DecimalDigits(number.description)
    }

    /// For a message: a name in quotes, cut where it is long.
    private static func quoted(_ name: String) -> String { "\"\(name.cut(toBytes: 100))\"" }

    private static func appending(_ digit: UInt8, to number: Int64, isNegative: Bool) -> Int64? {
        let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
        let units = Int64(digit - UInt8(ascii: "0"))
        let (sum, overflows) =
            isNegative ? tens.subtractingReportingOverflow(units) : tens.addingReportingOverflow(units)
        return isTooLarge || overflows ? nil : sum
    }

    private mutating func digits() throws(JSONReadError) {
        let start = position
        while let digit = peek, Self.isDigit(digit) { position += 1 }
        guard position > start else { throw fault("a digit should be here") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    // MARK: - Strings

    private mutating func string() throws(JSONReadError) -> String {
        position += 1
        let start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try text(bytes[start..<position])
                position += 1
                return text
            case UInt8(ascii: "\\"):
                return try stringWithEscapes(from: start)
            case 0..<0x20: throw fault("a control character inside a string")
            default: position += 1
            }
        }
        throw fault("the text ends inside a string")
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONReadError) -> String {
        var result = ContiguousArray(bytes[start..<position])
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(result)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20: throw fault("a control character inside a string")
            default: result.append(byte)
            }
        }
        throw fault("the text ends inside a string")
    }

    private func text(_ bytes: some Collection<UInt8>) throws(JSONReadError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("a string that is not UTF-8") }
        return text
    }

    private mutating func escape(into result: inout ContiguousArray<UInt8>) throws(JSONReadError) {
        guard let byte = peek else { throw fault("the text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result.append(contentsOf: String(Character(try escapedScalar())).utf8)
        default: throw fault("an escape that JSON does not have")
        }
    }

    /// The character behind `\u`: one unit of UTF-16, or two with their own `\u` each.
    private mutating func escapedScalar() throws(JSONReadError) -> Unicode.Scalar {
        let unit = try unit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(UInt16(unit)), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("half of a surrogate pair")
        }
        let second = try self.unit()
        guard UTF16.isTrailSurrogate(UInt16(second)),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half of a surrogate pair") }
        return scalar
    }

    private mutating func unit() throws(JSONReadError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw fault("four hexadecimal digits should be here")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    // MARK: - Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func fault(_ reason: String) -> JSONReadError { JSONReadError(offset: position, reason: reason) }
}

/// The value of a number's text: its digits without zeros around them, and the power of ten of the last one.
private struct DecimalDigits: Equatable {
    private(set) var digits: [UInt8] = []
    private var exponent = 0

    /// - Parameter text: a number as JSON writes it, at most `JSONValue.maximumNumberLength` characters.
    init(_ text: String) {
        var isBehindPoint = false
        var power = Substring()
        for (index, byte) in zip(text.utf8.indices, text.utf8) {
            switch byte {
            case UInt8(ascii: "."): isBehindPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): power = text[text.utf8.index(after: index)...]
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if isBehindPoint { exponent -= 1 }
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
            default: break
            }
            if !power.isEmpty { break }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        // A power that does not fit is no Double's: the texts differ all the same.
        exponent = digits.isEmpty ? 0 : exponent &+ (power.isEmpty ? 0 : Int(power) ?? Int.min / 2)
    }
}
