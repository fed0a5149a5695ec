import Foundation
import NovaContract
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-30T19:04:12.345Z", 1_796_065_452_345),
        ("2026-11-30t19:04:12.3459z", 1_796_065_452_345), ("2026-11-30T20:34:12.3+01:30", 1_796_065_452_300),
        ("2026-11-30T00:04:12-19:00", 1_796_065_452_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-02-29T23:59:59-00:00", 951_868_799_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2017-01-01T00:59:60+01:00", 1_483_228_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("1969-12-31T23:59:59.999Z", -1),
    ])
    func rfc3339IsRead(text: String, milliseconds: Int64) {
        #expect(Timestamp.milliseconds(parsing: text) == milliseconds)
    }

    @Test(arguments: [
        "2027-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2027-01-05T00:00:00Zjunk",
        "2027-01-05T24:00:00Z", "2027-01-05T00:00:00GMT+5", "2027-1-5T1:2:3Z", "2027-01-05", "2027-01-05T00:00Z",
        "2027-01-05T00:00:00", "2027-01-05 00:00:00Z", "2027-01-05T00:00:00.Z", "2027-01-05T00:60:00Z",
        "2027-01-05T00:00:61Z", "2027-01-05T12:00:60Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
        "2027-01-00T00:00:00Z", "+2027-01-05T00:00:00Z", "20270105T000000Z", "2027-01-05T00:00:00+1:00",
        "2027-01-05T00:00:00+24:00", "2027-01-05T00:00:00+0100", "1790000000", "", "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:60Z", "２０27-01-05T00:00:00Z",
    ])
    func nothingElseIsRead(text: String) {
        #expect(Timestamp.milliseconds(parsing: text) == nil)
    }

    @Test func anyMomentComesBackFromItsText() {
        var source = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let moment = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &source)
            #expect(Timestamp.milliseconds(parsing: Timestamp.string(milliseconds: moment)) == moment)
        }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let moment: Int64 = 1_796_065_452_345
        #expect(
            Timestamp.string(milliseconds: moment) == Date(timeIntervalSince1970: 1_796_065_452.3452).formatted(style)
        )
    }

    @Test func momentsOutsideOfTheCalendarAreItsEnds() {
        #expect(Timestamp.string(milliseconds: .min) == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp.string(milliseconds: .max) == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp.milliseconds(Date(timeIntervalSince1970: 1e300)) == 253_402_300_799_999)
        #expect(Timestamp.milliseconds(Date(timeIntervalSince1970: .nan)) == -62_167_219_200_000)
    }

    @Test(arguments: [
        JSONValue.integer(.min), .integer(.max), .number(1e308), .number(-0.001), .integer(1_790_000_000),
        .literal("1e30"),
        .number(-9_223_372_036_854_775_808), "1790000000", true,
    ])
    func aDeadlineThatIsNoneIsRefused(value: JSONValue) {
        var validator = Validator(.request)
        #expect(validator.moment(value, "/deadline", now: 1_796_065_452_345) == nil)
        #expect(validator.faultCount == 1)
    }

    @Test func aTimeSince1970IsRefusedWithAHint() {
        var validator = Validator(.request)
        _ = validator.moment(1_790_000_000, "/deadline", now: 0)
        #expect(validator.details.first?.message.contains("RFC 3339") == true)
        #expect(validator.moment(1.5, "/deadline", now: 1_000) == 2_500)
    }
}
