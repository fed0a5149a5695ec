import NovaContract
import Testing

/// Spans of time that others say, in whole parts of a second: no span is too long for it.
@Suite struct DurationTests {
    private static let longest = Int64.max / 4

    @Test func `Ordinary spans are cut to whole parts`() {
        #expect(Duration.milliseconds(1_234).wholeMilliseconds == 1_234)
        #expect(Duration.nanoseconds(1_999_999).wholeMilliseconds == 1)
        #expect(Duration.nanoseconds(-1_999_999).wholeMilliseconds == -1)
        #expect(Duration.microseconds(-7).wholeMicroseconds == -7)
    }

    private static let extremes: [Int64] = [
        .max, 9_223_372_036_854_776, 9_223_372_036_855, .min, -9_223_372_036_854_776, 0,
    ]

    @Test(arguments: extremes)
    func `Of spans without an end as much is told as sums can bear`(seconds: Int64) {
        let span = Duration.seconds(seconds)
        for told in [span.wholeMilliseconds, span.wholeMicroseconds] {
            #expect(abs(told) <= Self.longest)
            #expect(told.signum() == seconds.signum())
        }
    }
}
