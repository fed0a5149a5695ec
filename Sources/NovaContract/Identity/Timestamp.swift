package import Foundation

/// Times as the contract writes them: RFC 3339, UTC, milliseconds.
package enum Timestamp {
    package static func string(_ date: Date = Date()) -> String {
        string(milliseconds: milliseconds(date))
    }

    /// - Parameter milliseconds: since 1970; what is outside of the years 0 to 9999 is written as the nearest of them.
    package static func string(milliseconds: Int64) -> String {
        let bounded = min(max(milliseconds, earliest), latest)
        let (days, rest) = bounded.quotientAndRemainder(floor: millisecondsOfDay)
        let (year, month, day) = date(ofDay: days)
        let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000)
        let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func append(_ number: Int64, _ digits: Int, _ end: Character) {
            var power: Int64 = 1
            for _ in 1..<digits { power *= 10 }
            while power > 0 {
                text.append(UInt8(ascii: "0") + UInt8(number / power % 10))
                power /= 10
            }
            text.append(contentsOf: end.utf8)
        }
        append(year, 4, "-")
        append(month, 2, "-")
        append(day, 2, "T")
        append(hour, 2, ":")
        append(minute, 2, ":")
        append(second, 2, ".")
        append(fraction, 3, "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339, section 5.6: all of it and nothing else.
    ///
    /// What is below a millisecond is cut. A leap second (23:59:60 in UTC) is the second after it.
    package static func milliseconds(parsing text: String) -> Int64? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = Reader(bytes: bytes)
            return reader.read()
        }
    }

    /// The same as a `Date`.
    package static func date(_ text: String) -> Date? {
        milliseconds(parsing: text).map { Date(timeIntervalSince1970: Double($0) / 1000) }
    }

    /// Milliseconds since 1970, as job records keep them; of dates outside of the years 0 to 9999 the nearest in them.
    package static func milliseconds(_ date: Date = Date()) -> Int64 {
        let exact = (date.timeIntervalSince1970 * 1000).rounded()
        guard exact.isFinite else { return exact > 0 ? latest : earliest }
        // Both bounds are below 2⁵³, so that they and all between have an exact Double.
        return Int64(min(max(exact, Double(earliest)), Double(latest)))
    }

    /// 0000-01-01T00:00:00.000Z.
    private static let earliest: Int64 = -62_167_219_200_000
    /// 9999-12-31T23:59:59.999Z.
    private static let latest: Int64 = 253_402_300_799_999
    private static let millisecondsOfDay: Int64 = 86_400_000

    // MARK: - The calendar

    /// Days since 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", days_from_civil).
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainder(floor: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date of a day (the same source, civil_from_days).
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientAndRemainder(floor: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static func lastDay(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // MARK: - Reading

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        mutating func read() -> Int64? {
            guard let year = number(4), take("-"), let month = number(2), 1...12 ~= month, take("-"),
                let day = number(2), 1...Timestamp.lastDay(month, of: year) ~= day, take("T") || take("t"),
                let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60, take(":"),
                let second = number(2), second <= 60, let fraction = fraction(), let offset = offset(),
                position == bytes.count
            else { return nil }
            let minutes = Timestamp.day(year, month, day) * 1_440 + hour * 60 + minute - offset
            let isLastMinute = minutes.quotientAndRemainder(floor: 1_440).remainder == 1_439
            guard second < 60 || isLastMinute else { return nil }
            let result = (minutes * 60 + second) * 1_000 + fraction
            return Timestamp.earliest...Timestamp.latest ~= result ? result : nil
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        private mutating func digit() -> Int64? {
            guard position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] else { return nil }
            position += 1
            return Int64(bytes[position - 1] - UInt8(ascii: "0"))
        }

        private mutating func number(_ digits: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// Milliseconds behind a point; none: 0.
        private mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            guard var milliseconds = digit().map({ $0 * 100 }) else { return nil }
            var unit: Int64 = 10
            while let digit = digit() {
                milliseconds += digit * unit
                unit /= 10
            }
            return milliseconds
        }

        /// Minutes that the clock is ahead of UTC.
        private mutating func offset() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let isAhead = take("+")
            guard isAhead || take("-"), let hours = number(2), hours < 24, take(":"), let minutes = number(2),
                minutes < 60
            else { return nil }
            return (isAhead ? 1 : -1) * (hours * 60 + minutes)
        }
    }
}

extension Int64 {
    /// The quotient rounded down, and what is left, which is never negative; `divisor` is greater than 0.
    fileprivate func quotientAndRemainder(floor divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
