import Memory
import NovaContract
import NovaTestKit
import Testing

/// The vector scan, against one that is as simple as can be.
@Suite struct VectorIndexTests {
    private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
    }

    private static func vector(_ length: Int, _ random: inout SplitMix64) -> [Float] {
        (0..<length).map { _ in Float(random.below(20_001)) / 10_000 - 1 }
    }

    @Test(arguments: [1, 15, 16, 17, 384]) func itFindsWhatANaiveScanFinds(length: Int) {
        var random = SplitMix64(seed: UInt64(length))
        var index = VectorIndex()
        var naive: [Int64: [Float]] = [:]
        // More than one chunk, with changes and removals.
        for _ in 0..<2_600 {
            let key = Int64(random.below(1_900))
            if random.below(5) == 0 {
                index.remove(key)
                naive[key] = nil
            } else {
                let vector = Self.vector(length, &random)
                index.set(vector, for: key)
                naive[key] = vector.contains { $0 != 0 } ? vector : nil
            }
        }
        #expect(index.count == naive.count)
        for _ in 0..<10 {
            let asked = Self.vector(length, &random)
            let exact = naive.mapValues { Self.cosine(asked, $0) }
            let best = exact.values.sorted(by: >).prefix(20)
            let found = index.nearest(asked, count: 20)
            #expect(found.count == min(20, naive.count))
            for (one, other) in zip(found, best) {
                #expect(abs(Double(one.cosine) - other) < 1e-5)
                #expect(abs(Double(one.cosine) - (exact[one.key] ?? 9)) < 1e-5)
            }
            let some = Set(naive.keys.filter { $0 % 7 == 0 })
            #expect(index.nearest(asked, count: 5, among: some).allSatisfy { some.contains($0.key) })
            let key = naive.keys.first ?? 0
            #expect(abs(Double(index.cosine(asked, with: key) ?? 9) - (exact[key] ?? 0)) < 1e-5)
        }
    }

    @Test func whatIsNoVectorIsNotKept() {
        var index = VectorIndex()
        index.set([1, 0], for: 1)
        index.set([0, 0], for: 2)
        index.set([1, 0, 0], for: 3)
        index.set(nil, for: 4)
        index.set([.infinity, 0], for: 5)
        #expect(index.count == 1)
        // What is not one any more is not found any more.
        index.set(nil, for: 1)
        #expect(index.count == 0 && index.nearest([1, 0], count: 3).isEmpty)
        #expect(index.nearest([1], count: 3).isEmpty)
    }

    @Test func aMemoryIsReadAsItsValues() {
        #expect(Prose.of(["b": ["x", 1, ["deep": true]], "a": "first", "c": .null]) == "first\nx\n1\ntrue")
        #expect(Prose.of(.string(String(repeating: "x", count: 20_000))).count == 8_000)
    }
}
