import NovaContract

/// A text that comes in pieces which may be cut inside a character.
///
/// Servers that send a piece for each token cut where the tokens are cut: in the bytes of UTF-8, or between the two halves
/// of a surrogate pair. What is unfinished waits for the next piece; what stays unfinished is U+FFFD.
struct JoinedText {
    private(set) var text = ""
    /// Bytes of a character that is not whole yet; a half of a surrogate pair in the three bytes that UTF-8 would give it.
    private var rest: [UInt8] = []

    /// Returns the text that is new and whole.
    mutating func append(_ piece: EventText) -> String {
        guard piece.isCut || !rest.isEmpty else {
            text += piece.text
            return piece.text
        }
        let new = take(rest + piece.bytes, isEnd: false)
        text += new
        return new
    }

    /// Nothing follows; returns the text that is new.
    mutating func end() -> String {
        guard !rest.isEmpty else { return "" }
        let new = take(rest, isEnd: true)
        text += new
        return new
    }

    private mutating func take(_ bytes: [UInt8], isEnd: Bool) -> String {
        rest = []
        var whole: [UInt8] = []
        whole.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let left = bytes[position...]
            if let length = UTF8Form.length(of: left) {
                whole += left.prefix(length)
                position += length
            } else if let pair = UTF8Form.pair(in: left) {
                whole += Array(String(Character(pair)).utf8)
                position += 6
            } else if !isEnd, UTF8Form.mayGoOn(left) {
                rest = Array(left)
                break
            } else {
                whole += [0xEF, 0xBF, 0xBD]
                position += UTF8Form.isHalf(left) ? 3 : 1
            }
        }
        return String(decoding: whole, as: UTF8.self)
    }
}

/// A text of an event, and whether it is cut inside a character.
struct EventText {
    let text: String
    /// Then the text holds stand-ins of `EventJSON` for what is no character.
    let isCut: Bool

    init(_ text: String, isCut: Bool = false) {
        self.text = text
        self.isCut = isCut
    }

    /// As they were sent.
    var bytes: [UInt8] { isCut ? EventJSON.bytes(of: text) : Array(text.utf8) }
}

/// Reads the JSON of an event whose texts may begin or end inside a character.
///
/// A `String` cannot hold half a character, so that each byte, or half of a surrogate pair, that is none travels as a
/// stand-in from the private use area of plane 16, in events only that are no JSON without.
enum EventJSON {
    private static let firstByte: UInt32 = 0x10_FE00
    private static let firstHalf: UInt32 = 0x10_F000

    static func read(_ bytes: [UInt8]) throws(JSONReadError) -> (json: JSONValue, isCut: Bool) {
        do throws(JSONReadError) {
            return (try JSONValue(parsing: bytes), false)
        } catch {
            guard let carried = carrying(bytes) else { throw error }
            return (try JSONValue(parsing: carried), true)
        }
    }

    /// With stand-ins; nil where there is nothing that needs one.
    private static func carrying(_ bytes: [UInt8]) -> [UInt8]? {
        var carried: [UInt8] = []
        carried.reserveCapacity(bytes.count + 16)
        var isCut = false
        var position = 0
        while position < bytes.count {
            let left = bytes[position...]
            if bytes[position] == UInt8(ascii: "\\") {
                guard let unit = escaped(left) else {
                    carried += left.prefix(2)
                    position += 2
                    continue
                }
                let second = 0xD800..<0xDC00 ~= unit ? escaped(left.dropFirst(6)) : nil
                if let second, 0xDC00..<0xE000 ~= second {
                    carried += left.prefix(12)
                    position += 12
                } else if 0xD800..<0xE000 ~= unit {
                    carried += standIn(firstHalf + (unit - 0xD800))
                    isCut = true
                    position += 6
                } else {
                    carried += left.prefix(6)
                    position += 6
                }
            } else if let length = UTF8Form.length(of: left) {
                carried += left.prefix(length)
                position += length
            } else {
                carried += standIn(firstByte + UInt32(bytes[position]))
                isCut = true
                position += 1
            }
        }
        return isCut ? carried : nil
    }

    private static func standIn(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }

    /// The unit of UTF-16 in an escape such as `\ud83d` at the beginning.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        guard bytes.count >= 6, bytes.starts(with: Array("\\u".utf8)) else { return nil }
        var unit: UInt32 = 0
        for byte in bytes.dropFirst(2).prefix(4) {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    static func bytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case firstByte..<firstByte + 0x100: bytes.append(UInt8(scalar.value - firstByte))
            case firstHalf..<firstHalf + 0x800:
                let unit = 0xD800 + (scalar.value - firstHalf)
                bytes += [0xED, UInt8(0x80 | (unit >> 6 & 0x3F)), UInt8(0x80 | (unit & 0x3F))]
            default: bytes += Array(String(Character(scalar)).utf8)
            }
        }
        return bytes
    }
}

/// How bytes make characters (Unicode 3.9, table 3-7).
enum UTF8Form {
    /// Bytes of the character at the beginning; nil where there is no whole one.
    static func length(of bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first, let (length, _) = shape(first) else { return nil }
        return bytes.count >= length && fits(bytes.prefix(length)) ? length : nil
    }

    /// Whether more bytes could make these a character: they are too few of it, or the first half of a pair.
    static func mayGoOn(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        // The first half, and the bytes that the second begins with.
        if first == 0xED, bytes.count < 6, bytes.dropFirst().first.map({ 0xA0...0xAF ~= $0 }) ?? false {
            let later: [ClosedRange<UInt8>] = [0x80...0xBF, 0xED...0xED, 0xB0...0xBF, 0x80...0xBF]
            return zip(bytes.dropFirst(2), later).allSatisfy { $1 ~= $0 }
        }
        guard let (length, _) = shape(first) else { return false }
        return bytes.count < length && fits(bytes)
    }

    /// The character that two halves of a surrogate pair make, three bytes each.
    static func pair(in bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard bytes.count >= 6, let lead = half(bytes), let trail = half(bytes.dropFirst(3)), lead < 0xDC00,
            trail >= 0xDC00
        else { return nil }
        return Unicode.Scalar(0x10000 + (lead - 0xD800) << 10 + (trail - 0xDC00))
    }

    /// Whether it begins with half of a surrogate pair.
    static func isHalf(_ bytes: ArraySlice<UInt8>) -> Bool { half(bytes) != nil }

    private static func half(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let three = Array(bytes.prefix(3))
        guard three.count == 3, three[0] == 0xED, 0xA0...0xBF ~= three[1], 0x80...0xBF ~= three[2] else { return nil }
        return 0xD000 | UInt32(three[1] & 0x3F) << 6 | UInt32(three[2] & 0x3F)
    }

    /// By the first byte: the length, and what the second may be.
    private static func shape(_ first: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch first {
        case 0x00...0x7F: (1, 0x80...0xBF)
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }

    private static func fits(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, let (_, second) = shape(first) else { return false }
        for (index, byte) in bytes.dropFirst().enumerated() {
            guard index == 0 ? second ~= byte : 0x80...0xBF ~= byte else { return false }
        }
        return true
    }
}
