import NovaContract
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-1", "9007199254740991", "0.5", "1e+300", #""""#, #""a\"b\\c\n\t""#, "[]",
        "{}",
        #"[1,"two",null,{"a":[true]}]"#, #"{"a":1,"b":{"c":[]}}"#, #""é🙂\u0001""#,
    ])
    func whatIsReadIsWrittenAgain(text: String) throws {
        #expect(try JSONValue(parsing: text).jsonString == text)
    }

    @Test func wholeNumbersStayWhole() throws {
        #expect(try JSONValue(parsing: "1") == .integer(1))
        #expect(try JSONValue(parsing: "1.0").jsonString == "1")
        #expect(try JSONValue(parsing: "1.5") == .number(1.5))
        #expect(try JSONValue(parsing: "true") == .bool(true))
        #expect(try JSONValue(parsing: "12345678901234567890").doubleValue == 12_345_678_901_234_567_168)
    }

    @Test func escapesAreRead() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE42\u0000""#
        #expect(try JSONValue(parsing: text) == "\"\\/\u{8}\u{C}\n\r\té🙂\u{0}")
        #expect(try JSONValue(parsing: " [ 1 , { } ]\r\n\t") == [1, .object([:])])
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#) == ["a": 2])
        #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSONValue(parsing: "1e2") == .integer(100))
    }

    @Test func faultsSayWhere() throws {
        let error = try #require(throws: JSONReadError.self) { try JSONValue(parsing: #"{"a": [1, x]}"#) }
        #expect(error.description == "no value begins like this at byte 10")
    }

    @Test func membersAreWrittenByName() {
        let value: JSONValue = ["b": 1, "a": 2, "c": ["z": nil, "y": false]]
        #expect(value.jsonString == #"{"a":2,"b":1,"c":{"y":false,"z":null}}"#)
    }

    @Test func numbersThatJSONCannotCarryAreNull() {
        #expect(JSONValue(Double.nan).jsonString == "null")
        #expect(JSONValue(Double.infinity).jsonString == "null")
    }

    @Test(arguments: [
        "", "{", "[1,]", #"{"a" 1}"#, "nul", "01", #""\x""#, "[1] 2", "\u{0}", "-", "1.", ".5", "1e", "+1", "tru",
        "1e999", #""\ud800""#,
        #""\ud800\u0041""#, #""\u12""#, "\"a\nb\"", #"{"a":1,}"#, #"{a:1}"#, #"["a"#, "1\u{FEFF}", "NaN", "'a'",
        "[1 2]",
    ])
    func otherTextIsRefused(text: String) {
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: text) }
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        #expect(try JSONValue(parsing: "\u{FEFF}{\"a\":1}", from: .request) == ["a": 1])
    }

    @Test(arguments: [
        "18446744073709551615", "-9223372036854775809", "0.1000000000000000055511151231257827", "1e-400",
        "123456789012345678e3",
        "-9223372036854775808.0",
    ])
    func numbersThatNothingCarriesStayAsWritten(text: String) throws {
        let value = try JSONValue(parsing: "{\"v\":\(text)}", from: .request)
        #expect(value.jsonString == "{\"v\":\(text)}")
        #expect(value["v"]?.intValue == nil)
        #expect(value["v"]?.doubleValue == Double(text))
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808"])
    func theExtremesOf64BitsAreWritten(text: String) throws {
        #expect(try JSONValue(parsing: text).jsonString == text)
        #expect(JSONValue(try #require(Double(text))).jsonString.contains("e+18"))
    }

    @Test func aNumberHasABound() {
        let digits = String(repeating: "3", count: JSONValue.maximumNumberLength)
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: "0.\(digits)") }
    }

    @Test func membersAreComparedByTheirBytes() throws {
        let text = "{\"cafe\u{301}\":2,\"caf\u{E9}\":1}"
        let value = try JSONValue(parsing: text, from: .request)
        #expect(value.jsonString == text)
        #expect(value["caf\u{E9}"] == 1)
        #expect(value["cafe\u{301}"] == 2)
        #expect(JSONValue("caf\u{E9}") != JSONValue("cafe\u{301}"))
    }

    @Test func aMemberThatIsThereTwiceIsRefusedFromClients() throws {
        for text in [#"{"a":1,"a":2}"#, #"{"b":{"a":1,"\u0061":1}}"#] {
            let error = try #require(throws: JSONReadError.self) { try JSONValue(parsing: text, from: .request) }
            #expect(error.description.contains("the member \"a\" is there twice"))
        }
    }

    @Test func whatClientsMayNestCanBeReadWithMoreAroundIt() throws {
        let deepest = JSONValue.maximumRequestDepth
        let text = String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest)
        let value = try JSONValue(parsing: text, from: .request)
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: "[[\(text)]]", from: .request) }
        var wrapped = value
        for _ in deepest..<JSONValue.maximumDepth { wrapped = ["inner": wrapped] }
        #expect(try JSONValue(parsing: wrapped.jsonBytes) == wrapped)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: [0x22, 0xFF, 0xFE, 0x22]) }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(JSONValue.maximumDepth))
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: nested(JSONValue.maximumDepth + 2)) }
        #expect(throws: JSONReadError.self) { try JSONValue(parsing: nested(100_000)) }
    }

    /// Any value comes back from its own text.
    @Test(arguments: 0..<200)
    func randomValuesSurviveTheRoundTrip(seed: UInt64) throws {
        var source = Numbers(state: seed)
        let value = randomValue(&source, depth: 4)
        #expect(try JSONValue(parsing: value.jsonBytes) == value)
    }

    private func randomValue(_ source: inout Numbers, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &source) {
        case 0: return .null
        case 1: return .bool(.random(using: &source))
        case 2:
            return [.integer(.random(in: .min ... .max, using: &source)), .integer(.min), .integer(.max)].randomElement(
                using: &source
            )!
        case 3: return randomNumber(&source)
        case 4: return .string(randomText(&source))
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &source)).map { _ in randomValue(&source, depth: depth - 1) }
            )
        default:
            var members: JSONObject = [:]
            for _ in 0..<Int.random(in: 0...4, using: &source) {
                members[randomText(&source)] = randomValue(&source, depth: depth - 1)
            }
            return .object(members)
        }
    }

    /// As the reader gives it: a whole number that fits 64 bits is none of these.
    private func randomNumber(_ source: inout Numbers) -> JSONValue {
        let digits = (0..<Int.random(in: 1...40, using: &source)).map { _ in "\(Int.random(in: 0...9, using: &source))"
        }
        let text = "-1.\(digits.joined())e\(Int.random(in: -300...300, using: &source))"
        let value = try? JSONValue(parsing: text)
        return value ?? .null
    }

    private func randomText(_ source: inout Numbers) -> String {
        let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\u{1}", "é", "🙂", "/", "\u{2028}", " "]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &source) {
            text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &source)])
        }
        return text
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
