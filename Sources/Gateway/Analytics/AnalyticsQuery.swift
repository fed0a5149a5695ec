import Analytics
import NovaAPI
import NovaContract

/// The times in the query of a request for analytics.
enum AnalyticsQuery {
    static let parameters = [
        QueryParameter("from", .moment), QueryParameter("to", .moment), QueryParameter("step", .length),
    ]

    /// - Throws: `NovaError` `VALIDATION_ERROR`.
    static func window(_ query: QueryItems, now: Int64) throws(NovaError) -> ActivityWindow {
        var validator = Validator()
        let from = time(query.time("from"), "/from", now, &validator)
        let to = time(query.time("to"), "/to", now, &validator)
        let step = query["step"].flatMap { length($0, "/step", &validator) }
        try validator.finish()
        return try ActivityWindow(from: from, to: to, step: step, now: now)
    }

    /// RFC 3339, or back from now, such as `-6h`.
    private static func time(
        _ text: String?,
        _ pointer: JSONPointer,
        _ now: Int64,
        _ validator: inout Validator
    ) -> Int64? {
        guard let text else { return nil }
        if text.hasPrefix("-"), let seconds = seconds(text.dropFirst()) { return now - seconds * 1_000 }
        guard let date = Timestamp.date(text) else {
            validator.fail(pointer, "must be a time such as 2026-01-31T12:00:00Z, or -6h for six hours ago")
            return nil
        }
        return Timestamp.milliseconds(date)
    }

    private static func length(_ text: String, _ pointer: JSONPointer, _ validator: inout Validator) -> Int64? {
        guard let seconds = seconds(text[...]), seconds > 0 else {
            validator.fail(pointer, "must be a length such as 1m, 15m, 1h or 1d")
            return nil
        }
        return seconds
    }

    /// A whole number, of seconds unless `s`, `m`, `h` or `d` follows; up to ten years.
    private static func seconds(_ text: Substring) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text : text.dropLast()), (0...315_360_000).contains(number) else {
            return nil
        }
        let (seconds, isTooMuch) = number.multipliedReportingOverflow(by: unit ?? 1)
        return isTooMuch || seconds > 315_360_000 ? nil : seconds
    }
}
