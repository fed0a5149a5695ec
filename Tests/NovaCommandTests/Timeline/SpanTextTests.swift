import Testing

@testable import NovaCommand

struct SpanTextTests {
    @Test(arguments: [
        (0, "0 s"), (0.001, "0 s"), (0.25, "0.25 s"), (9.996, "10 s"), (12.34, "12.3 s"), (47, "47 s"), (60, "1 min"),
        (200, "3 min 20 s"), (3_599.6, "1 h"), (3_600, "1 h"), (7_500, "2 h 5 min"), (86_400 * 4 + 10_800, "4 d 3 h"),
        (1e12, "11574074 d 1 h"), (-5, "-5 s"), (.infinity, "?"), (.nan, "?"),
    ])
    func `Spans are said in at most two units`(seconds: Double, text: String) {
        #expect(SpanText.of(seconds) == text)
    }

    @Test(arguments: [(0, "0 %"), (0.764, "76 %"), (1, "100 %"), (.nan, "?")])
    func `Shares are said in whole percents`(share: Double, text: String) {
        #expect(SpanText.percent(share) == text)
    }

    @Test func `Decimals that say nothing are left out`() {
        #expect(SpanText.decimals(2, 3) == "2")
        #expect(SpanText.decimals(2.5, 3) == "2.5")
        #expect(SpanText.decimals(0.0625, 3) == "0.063")
        #expect(SpanText.decimals(-0.5, 1) == "-0.5")
    }
}
