/// Why a text is not the JSON that was asked for.
package struct JSONReadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Byte of the text at which it was noticed, from 0.
    package let offset: Int
    let reason: String

    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
    /// Nesting deeper than this is refused: no command needs it, and it bounds the recursion of every reader.
    package static let maximumDepth = 128

    /// Reads one JSON text: all of RFC 8259 and nothing else, UTF-8.
    ///
    /// Of members with the same name the last one counts. Whole numbers that fit 64 bits are `integer`, whichever way
    /// they are written; others are the nearest `Double`, and refused where that is infinite. Foundation's reader is not
    /// used: it takes trailing commas and does not give every number back as it was written.
    ///
    /// - Throws: `JSONReadError`, which says what is wrong and where.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONReadError) {
        let whole = ContiguousArray(bytes)
        let result = whole.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONReadError) in
                var parser = JSONParser(buffer)
                return try parser.document()
            }
        }
        self = try result.get()
    }

    package init(parsing text: String) throws(JSONReadError) {
        try self.init(parsing: text.utf8)
    }
}
