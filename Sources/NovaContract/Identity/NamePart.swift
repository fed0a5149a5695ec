/// A part of a name that is put together of several with colons: of a Redis key, of a record's key.
package enum NamePart {
    /// The part without the characters that mean something in a name: a colon would let two names meet, a brace would end
    /// the hash tag of Redis.
    ///
    /// Byte by byte: what follows a colon, such as a combining accent, does not make it another character here, as it
    /// would for `String`.
    package static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            if isSpecial(byte) {
                bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What `escaped` was given; other text comes back as it is.
    package static func unescaped(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let special = special(rest.prefix(2)) {
                bytes.append(special)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: false
        }
    }

    private static func special(_ digits: ArraySlice<UInt8>) -> UInt8? {
        switch String(decoding: digits, as: UTF8.self) {
        case "25": UInt8(ascii: "%")
        case "3A": UInt8(ascii: ":")
        case "7B": UInt8(ascii: "{")
        case "7D": UInt8(ascii: "}")
        default: nil
        }
    }

    /// The hexadecimal digit of 0...15.
    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
    }
}
