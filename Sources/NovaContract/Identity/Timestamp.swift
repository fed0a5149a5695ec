package import Foundation

/// Times as the contract writes them: RFC 3339, UTC, milliseconds.
package enum Timestamp {
    package static func string(_ date: Date = Date()) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    package static func string(milliseconds: Int64) -> String {
        // The formatter cuts what is below a millisecond, and most milliseconds have no exact Double.
        string(Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000))
    }

    /// Reads RFC 3339 with or without a fraction of a second.
    package static func date(_ text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return try? Date(text, strategy: style)
    }

    /// Milliseconds since 1970, as job records keep them.
    package static func milliseconds(_ date: Date = Date()) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded())
    }
}
