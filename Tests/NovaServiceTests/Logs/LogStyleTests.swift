import Foundation
import Logging
import Testing

@testable import NovaService

@Suite struct LogStyleTests {
    private func entry(
        _ message: String,
        _ metadata: [(key: String, value: Logger.MetadataValue)] = [],
        at time: LogTime = LogTime(seconds: 1_764_000_000, milliseconds: 7)
    ) -> LogEntry {
        LogEntry(time: time, logger: "gateway", level: .warning, message: message, metadata: metadata)
    }

    private func json(_ entry: LogEntry) throws -> [String: Any] {
        let line = JSONLogStyle(service: "nova-\"gateway\"").line(for: entry)
        #expect(line.last == UInt8(ascii: "\n"))
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 })
        return try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test func everyLineIsOneJSONObject() throws {
        let object = try json(
            entry(
                "a \"quoted\"\nline\u{2028}\u{0}",
                [("job", .dictionary(["id": "1"])), ("list", .array(["a", "b\t"]))]
            )
        )
        #expect(object["time"] as? String == "2025-11-24T16:00:00.007Z")
        #expect(object["level"] as? String == "warning")
        #expect(object["service"] as? String == "nova-\"gateway\"")
        #expect(object["message"] as? String == "a \"quoted\"\nline\u{2028}\u{0}")
        #expect(object["job.id"] as? String == "1")
        #expect(object["list"] as? [String] == ["a", "b\t"])
    }

    @Test func metadataNeverHidesAField() throws {
        let object = try json(entry("m", [("message", "other"), ("time", "never")]))
        #expect(object["message"] as? String == "m")
        #expect(object["_message"] as? String == "other")
        #expect(object["_time"] as? String == "never")
    }

    @Test func textCannotSteerTheTerminal() {
        let line = TextLogStyle(colour: false).line(for: entry("a\u{1b}[2Jb\nc", [("k", "v w"), ("e", "")]))
        let text = String(decoding: line, as: UTF8.self)
        #expect(text == "16:00:00.007 WARN   gateway: a\\u{1B}[2Jb\\nc k=\"v w\" e=\"\"\n")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399, "2100-02-28T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    ])
    func datesAreGregorian(seconds: Int, text: String) {
        var line: [UInt8] = []
        LogTime(seconds: seconds, milliseconds: 0).appendDateAndTime(to: &line)
        #expect(String(decoding: line, as: UTF8.self) == text)
    }
}
