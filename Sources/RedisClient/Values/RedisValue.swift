/// A reply of the server (RESP2).
package enum RedisValue: Sendable, Hashable {
    /// A nil bulk string or a nil array.
    case null
    case integer(Int64)
    /// A status line such as `OK`.
    case simple(String)
    /// A binary-safe string; possibly empty.
    case bulk([UInt8])
    case array([RedisValue])
    /// An error inside an array, as `EXEC` and scripts return them. As a whole reply it is thrown instead.
    case error(RedisServerError)

    package var isNull: Bool { self == .null }

    /// The text of a status line or of a bulk string.
    ///
    /// Bytes that are not UTF-8 are replaced by U+FFFD: take `bytes` where that matters.
    package var string: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .integer, .array, .error: nil
        }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .simple(let text): Array(text.utf8)
        case .bulk(let bytes): bytes
        case .null, .integer, .array, .error: nil
        }
    }

    /// An integer reply, or a string that is a decimal integer (as `GET` of a counter is).
    package var int: Int64? {
        switch self {
        case .integer(let value): value
        case .simple, .bulk: string.flatMap { Int64($0) }
        case .null, .array, .error: nil
        }
    }

    package var array: [RedisValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }
}
