import NovaContract
import Testing

@testable import Memory
@testable import MemoryIndex

/// Words are counted in what is kept of a memory, however many ways a query has to write them.
@Suite struct TermCounterTests {
    private static func wanted(_ word: String, _ divisions: [(String, String)]) -> Analyzer.Wanted {
        var wanted = Analyzer.Wanted(word: word, alternatives: [word], isField: false)
        wanted.divisions = divisions.map { Analyzer.Division(left: [$0.0], right: [$0.1]) }
        wanted.alternatives += wanted.divisions.map(\.term)
        return wanted
    }

    @Test func aWordIsFoundInTwoWords() {
        let counter = TermCounter([
            Self.wanted("abc", [("a", "bc"), ("ab", "c")]), Self.wanted("abcd", [("a", "bcd"), ("ab", "cd")]),
        ])
        let counts = counter.counts(in: "a bc x ab c ab cd a x bc abc | a bcd")
        #expect(counts["a bc"] == 1 && counts["ab c"] == 1 && counts["ab cd"] == 1)
        // Behind the bar there is no order.
        #expect(counts["a bcd"] == nil)
        #expect(counts["abc"] == 1 && counts["a"] == 3)
    }

    /// Eight words with eighteen divisions each, in as many terms as a memory may have.
    @Test func manyDivisionsDoNotMakeItSlow() {
        let all = (0..<8).map { word in
            Self.wanted("w\(word)", (0..<18).map { ("l\(word)x\($0)", "r\(word)x\($0)") })
        }
        let counter = TermCounter(all)
        let text = Array(repeating: "l0x0 r0x0", count: Analyzer.maximumTerms / 2).joined(separator: " ")
        #expect(counter.counts(in: text)["l0x0 r0x0"] == Analyzer.maximumTerms / 2)
        func time(_ counter: TermCounter) -> Duration {
            let clock = ContinuousClock()
            return (0..<3).map { _ in clock.measure { _ = counter.counts(in: text) } }.min() ?? .zero
        }
        let (one, many) = (time(TermCounter([Self.wanted("w", [("l0x0", "r0x0")])])), time(counter))
        #expect(many < one * 5, "\(many) and \(one)")
    }
}
