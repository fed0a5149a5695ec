#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment in UTC, to the millisecond.
struct LogTime {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    let seconds: Int
    let milliseconds: Int

    static func now() -> LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(seconds: Int(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000)
    }

    /// Appends `2026-11-24T16:24:00.123Z`.
    func appendDateAndTime(to line: inout [UInt8]) {
        let (year, month, day) = date
        Self.append(year, digits: 4, to: &line)
        line.append(UInt8(ascii: "-"))
        Self.append(month, digits: 2, to: &line)
        line.append(UInt8(ascii: "-"))
        Self.append(day, digits: 2, to: &line)
        line.append(UInt8(ascii: "T"))
        appendTime(to: &line)
        line.append(UInt8(ascii: "Z"))
    }

    /// Appends `16:24:00.123`.
    func appendTime(to line: inout [UInt8]) {
        let second = seconds % 86_400
        Self.append(second / 3_600, digits: 2, to: &line)
        line.append(UInt8(ascii: ":"))
        Self.append(second / 60 % 60, digits: 2, to: &line)
        line.append(UInt8(ascii: ":"))
        Self.append(second % 60, digits: 2, to: &line)
        line.append(UInt8(ascii: "."))
        Self.append(milliseconds, digits: 3, to: &line)
    }

    /// The Gregorian date by Howard Hinnant's `civil_from_days`, for days from 1970 on: eras of 400 years that begin on
    /// 1 March, so that the leap day is the last day of a year.
    ///
    /// A formatter of Foundation costs microseconds a line.
    private var date: (year: Int, month: Int, day: Int) {
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ number: Int, digits: Int, to line: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            line.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
