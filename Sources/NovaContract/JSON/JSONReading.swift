/// Why a text is not the JSON that was asked for.
package struct JSONReadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Byte of the text at which it was noticed, from 0.
    package let offset: Int
    let reason: String

    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
    /// Whose text is read, which says how strictly.
    package enum Source: Sendable {
        /// A client's: what it says twice or too deep is refused.
        case request
        /// A Nova's own, or another server's: of members with the same name the last one counts.
        case record
    }

    /// Nesting of what clients send; one level deeper is refused.
    package static let maximumRequestDepth = 100
    /// Nesting of what is read back; the rest above `maximumRequestDepth` is for what Nova puts around it.
    ///
    /// It bounds the recursion of every reader.
    package static let maximumDepth = 200
    /// Characters of one number.
    package static let maximumNumberLength = 1_000

    /// Reads one JSON text: all of RFC 8259 and nothing else, UTF-8; a byte order mark before it is passed over.
    ///
    /// Whole numbers that fit 64 bits are `integer`, whichever way they are written; others are `number` where a `Double` gives
    /// them back, else `literal`; those beyond the greatest `Double` are refused. Foundation's reader is not used: it takes
    /// trailing commas and does not give every number back as it was written.
    ///
    /// - Throws: `JSONReadError`, which says what is wrong and where.
    package init(parsing bytes: some Sequence<UInt8>, from source: Source = .record) throws(JSONReadError) {
        let whole = ContiguousArray(bytes)
        let result = whole.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONReadError) in
                var parser = JSONParser(buffer, from: source)
                return try parser.document()
            }
        }
        self = try result.get()
    }

    package init(parsing text: String, from source: Source = .record) throws(JSONReadError) {
        try self.init(parsing: text.utf8, from: source)
    }
}
