import Allocation
import Testing

@testable import NovaContract

/// Amounts as Kubernetes writes quantities, and what is said of those that are none.
@Suite struct QuantityTests {
    private static let known: [(String, Int64)] = [
        ("129e6", 129_000_000_000), ("1E3", 1_000_000), ("1e3", 1_000_000), ("1e+3", 1_000_000), ("5e-1", 500),
        ("2000u", 2), ("100n", 1), ("0n", 0), ("1k", 1_000_000), ("1.5Gi", 1_610_612_736_000),
        ("8Ti", 8_796_093_022_208_000),
        ("+5", 5_000), (".5", 500), ("5.", 5_000), ("0.0001", 1), ("1.0000000000000000000000000001", 1_001),
        ("-0", 0), ("0e9999", 0), ("1e-9999", 1), ("1e-00003", 1), ("9T", 9_000_000_000_000_000),
        ("0.000001E", 1_000_000_000_000_000), ("0.0000001Ei", 115_292_150_460_685),
    ]

    @Test(arguments: known) func quantitiesAreExact(text: String, milli: Int64) {
        #expect(Amount(.string(text))?.milli == milli)
    }

    private static let refused: [(JSONValue, String)] = [
        ("12E", "at most 9000000000000"), ("1Ei", "at most 9000000000000"), ("16Ti", "at most 9000000000000"),
        ("1e9999999999999999999", "at most 9000000000000"), (.integer(.max), "at most"), (.number(1e300), "at most"),
        (.literal("18446744073709551615"), "at most"), ("1K", "did you mean \"1k\""), ("3KI", "did you mean \"3Ki\""),
        ("2g", "did you mean \"2G\""), ("1M5", "with one of"), ("1e", "did you mean \"1E\""),
        ("e3", "must be a number"),
        ("", "must be a number"), ("1 G", "with one of"), ("0x10", "with one of"), ("-1", "negative"), (-1, "negative"),
        (.number(0.1111111111111111), "thousandth at most, such as 0.111"), (.number(1e-9), "thousandth"),
        (true, "not a boolean"), ([], "not an array"), ("１", "must be a number"),
    ]

    @Test(arguments: refused) func whatIsWrongIsSaid(value: JSONValue, message: String) {
        var validator = Validator(.request)
        #expect(validator.amount(value, "/a") == nil)
        #expect(validator.details.first?.message.contains(message) == true, "\(validator.details)")
    }

    /// No text ends the process, and what is read is within the bounds.
    @Test func noTextIsTooMuch() {
        let parts = [
            "", "-", "+", ".", "0", "9", "e", "E", "i", "n", "u", "m", "k", "K", "T", "P", "Ei", "99999999999", "\u{0}",
            "é",
        ]
        var state: UInt64 = 9
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<6 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            guard let amount = Amount(.string(text)) else { continue }
            #expect(amount >= .zero && amount <= .maximum)
        }
        #expect(Amount(.string(String(repeating: "9", count: 10_000))) == nil)
        // Sums of what was kept are held at what there is.
        #expect(Amount(milli: .max) + .maximum == Amount(milli: .max))
        #expect(Amount(milli: .min) - .maximum == Amount(milli: .min))
    }
}
