import Memory

/// Counts the terms that a query wants in what is kept of a memory: `Analyzer.Terms.text`.
///
/// Terms are told apart by 64 bits of their hash (FNV-1a): hundreds of memories are read for one query.
struct TermCounter {
    private let terms: [String]
    private let places: [UInt64: Int]
    /// Words that are counted in two words, and the pairs of places of each.
    private let divisions: [String]
    private let pairs: [Pair: [Int]]

    /// Places of two terms, one behind the other.
    private struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    init(_ wanted: [Analyzer.Wanted]) {
        var terms: [String] = []
        var places: [UInt64: Int] = [:]
        func place(_ term: String) -> Int {
            let hash = Self.hash(term)
            if let known = places[hash] { return known }
            places[hash] = terms.count
            terms.append(term)
            return terms.count - 1
        }
        for term in wanted.flatMap(\.terms) where !term.contains(" ") { _ = place(term) }
        let divisions = wanted.flatMap { each in
            // Those that no memory has were not taken for terms.
            each.divisions.filter { each.alternatives.contains($0.term) }
        }
        var pairs: [Pair: [Int]] = [:]
        for (index, division) in divisions.enumerated() {
            for left in Set(division.left.map(place)) {
                for right in Set(division.right.map(place)) {
                    pairs[Pair(left: left, right: right), default: []].append(index)
                }
            }
        }
        self.divisions = divisions.map(\.term)
        self.pairs = pairs
        self.terms = terms
        self.places = places
    }

    func counts(in text: String) -> [String: Int] {
        var found = [Int](repeating: 0, count: terms.count)
        var divided = [Int](repeating: 0, count: divisions.count)
        var last: Int?
        var isInOrder = true
        func end(_ hash: UInt64) {
            let place = places[hash]
            if let place {
                found[place] += 1
                if isInOrder, let last, let some = pairs[Pair(left: last, right: place)] {
                    for index in some { divided[index] += 1 }
                }
            }
            last = place
        }
        var hash = Self.basis
        var isEmpty = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "):
                if !isEmpty { end(hash) }
                (hash, isEmpty) = (Self.basis, true)
            case UInt8(ascii: "|"):
                isInOrder = false
            default:
                hash = (hash ^ UInt64(byte)) &* Self.prime
                isEmpty = false
            }
        }
        if !isEmpty { end(hash) }
        var counts: [String: Int] = [:]
        for (place, count) in found.enumerated() where count > 0 { counts[terms[place]] = count }
        for (index, count) in divided.enumerated() where count > 0 { counts[divisions[index]] = count }
        return counts
    }

    private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    static func hash(_ term: String) -> UInt64 {
        term.utf8.reduce(basis) { ($0 ^ UInt64($1)) &* prime }
    }
}
