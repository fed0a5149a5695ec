import NovaContract
import NovaTestKit

/// What breaks programs: extremes of numbers, of lengths and of depth, and texts that mean something to somebody.
enum HostileValues {
    /// Numbers as they are written; what a reader makes of them is its own matter.
    static let numbers = [
        "0", "-0", "-0.0", "1", "-1", "2147483647", "-2147483648", "4294967296", "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808.0", "9223372036854775807.0", "-9223372036854776000", "1e18", "1e19", "1e308", "-1e308",
        "1e309",
        "1e-308", "5e-324", "1e-400", "1E400", "0.1", "0.16666666666666666", "0.30000000000000004",
        "1.7976931348623157e308",
        "9000000000000", "9000000000000000", "1e12", "1e15", "253402300800000", "-62135596800", "1790000000", "3600000",
        "0.0005",
    ]

    static let texts = [
        "", " ", ".", "..", "/", "a/b", "%2F", "%", "{}:%", "{", "}", "{a}", "a:b", "*", "\u{0}", "a\u{0}b",
        "\u{1B}[31mred\u{1B}[0m",
        "\u{9B}31m", "\r\nX-Injected: 1", "caf\u{E9}", "cafe\u{301}", "\u{212B}", "\u{FEFF}", "\u{202E}abc", "\u{200B}",
        "日本語", "👩‍👩‍👧‍👦",
        "batch", "assign", "export", "search", "import", "allocate", "__proto__", "null", "true", "-1", "1e400", "NaN",
        "Infinity",
        "' OR 1=1 --", "${x}", "../../etc/passwd", "<script>", "\\", "\"", "jobs", "job:1", "only", "x-own",
        "2027-02-30T00:00:00Z", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00+23:59", "2027-01-01t00:00:00z",
        "129e6", "1Ei", "100n", "1e999999999", "-1Gi", "٣",
    ]

    /// Pieces of text that are no JSON, or hardly.
    static let raws: [[UInt8]] = [
        Array("\"\\ud800\"".utf8), Array("\"\\udc00\\ud800\"".utf8), [0x22, 0xFF, 0xFE, 0x22], [0x22, 0xC3, 0x22],
        [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x00, 0x22], Array("NaN".utf8), Array("Infinity".utf8),
        Array("'a'".utf8),
        Array("01".utf8), Array("1.".utf8), Array(".5".utf8), Array("+1".utf8), Array("0x10".utf8),
        Array("undefined".utf8),
        Array("".utf8), Array("//".utf8), Array("{".utf8), Array("\"".utf8), Array("\"\\u0000\"".utf8),
        [0xEF, 0xBB, 0xBF],
        Array("1 1".utf8), Array("[1,]".utf8), Array("{\"a\":1,}".utf8),
    ]

    static func number(_ random: inout SplitMix64) -> FuzzValue {
        switch random.below(12) {
        case 0: .raw(Array(String(repeating: "9", count: 10_000).utf8))
        case 1: .raw(Array(("0." + String(repeating: "3", count: 900)).utf8))
        case 2: .plain(.integer(Int64(bitPattern: random.next())))
        default: .raw(Array(numbers[random.below(numbers.count)].utf8))
        }
    }

    static func text(_ random: inout SplitMix64) -> String {
        switch random.below(60) {
        case 0: String(repeating: "x", count: 1_000_000)
        case 1...3: String(repeating: "é", count: 100 + random.below(5))
        case 4, 5: String(repeating: "n", count: 199 + random.below(3))
        case 6: String(repeating: "{\u{301}", count: 2_000)
        default: texts[random.below(texts.count)]
        }
    }

    /// A value of any kind.
    static func any(_ random: inout SplitMix64) -> FuzzValue {
        switch random.below(20) {
        case 0...5: number(&random)
        case 6...10: .plain(.string(text(&random)))
        case 11: .plain(.null)
        case 12: .plain(.bool(random.below(2) == 0))
        case 13: .array([])
        case 14: .object([])
        case 15: .raw(raws[random.below(raws.count)])
        case 16: nested(random.below(2) == 0 ? 127 : 98 + random.below(6), inObject: random.below(2) == 0)
        case 17: many(&random)
        case 18:
            .object([
                .init(name: text(&random), value: number(&random)), .init(name: text(&random), value: .plain("a")),
            ])
        default: .array([number(&random), .plain("a"), .plain(.null), .object([])])
        }
    }

    /// Nested that deep.
    static func nested(_ depth: Int, inObject: Bool) -> FuzzValue {
        let (open, close) = inObject ? ("{\"a\":", "}") : ("[", "]")
        return .raw(Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8))
    }

    /// 10,000 elements or members, numbers, the same id or different ones.
    static func many(_ random: inout SplitMix64) -> FuzzValue {
        let count = 10_000
        switch random.below(4) {
        case 0: return .raw(Array(("[" + String(repeating: "1,", count: count) + "1]").utf8))
        case 1: return .raw(Array(("[" + (0..<count).map { "\"i\($0)\"" }.joined(separator: ",") + "]").utf8))
        case 2: return .raw(Array(("{" + (0..<count).map { "\"i\($0)\":1" }.joined(separator: ",") + "}").utf8))
        default:
            return .raw(Array(("[" + String(repeating: "{\"id\":\"a\",\"type\":\"t\"},", count: count) + "{}]").utf8))
        }
    }
}
