import NovaContract

/// One HTTP request as it is put on the wire.
struct FuzzRequest: Sendable, Equatable {
    var method: String
    /// Percent-encoded, without the query.
    var path: String
    var query: [Pair] = []
    var headers: [Pair] = []
    /// Nil: the request has none.
    var body: FuzzValue?

    struct Pair: Sendable, Equatable {
        var name: String
        var value: String
    }

    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    func bytes(key: String) -> [UInt8] {
        let content = body?.bytes
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: \(key)\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        if let content {
            if !headers.contains(where: { $0.name == "Content-Type" }) { head += "Content-Type: application/json\r\n" }
            head += "Content-Length: \(content.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + (content ?? [])
    }

    /// Percent-encoded but for what needs no encoding anywhere (RFC 3986, unreserved).
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                result.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    /// For a person, without what cannot be printed, cut where it is long.
    var description: String {
        let text = String(decoding: bytes(key: "KEY"), as: UTF8.self)
        let printable = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 && scalar != "\n" || scalar.value == 0x7F
                ? (scalar == "\r" ? "" : "\\u{\(String(scalar.value, radix: 16))}") : String(scalar)
        }.joined()
        return printable.cut(toBytes: 4_000)
    }
}
