/// Finds the known name that somebody may have meant by an unknown one.
package enum DidYouMean {
    /// Bytes of a name up to which a meaning is looked for.
    private static let maximumBytes = 64

    /// The nearest of `names`: at most two letters away, or a third of a longer name, else with the same beginning of at least
    /// four letters, else nil.
    package static func suggestion(for name: String, among names: [String]) -> String? {
        guard name.utf8.count <= maximumBytes else { return nil }
        let given = Array(plain(name))
        let ranked = names.map { ($0, distance(given, Array(plain($0)))) }.min { $0.1 < $1.1 }
        if let (nearest, distance) = ranked, distance <= max(2, given.count / 3), distance < given.count {
            return nearest
        }
        let begun = names.map { ($0, commonPrefix(given, Array(plain($0)))) }.max { $0.1 < $1.1 }
        guard let (longest, length) = begun, length >= 4 else { return nil }
        return longest
    }

    /// Whether two letters or less part `name` from one of `names`, which it is not.
    package static func isNear(_ name: String, _ names: [String]) -> String? {
        guard name.utf8.count <= maximumBytes else { return nil }
        let given = Array(plain(name))
        let ranked = names.map { ($0, distance(given, Array(plain($0)))) }.min { $0.1 < $1.1 }
        guard let (nearest, distance) = ranked, distance <= 2, distance < given.count, distance * 2 < nearest.utf8.count
        else { return nil }
        return nearest
    }

    /// Lower case without what parts words, so that `timeLimit` and `time-limit` are `time_limit`.
    private static func plain(_ name: String) -> some Collection<UInt8> {
        name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map {
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 + 32 : $0
        }
    }

    private static func commonPrefix(_ left: [UInt8], _ right: [UInt8]) -> Int {
        zip(left, right).prefix { $0 == $1 }.count
    }

    /// Insertions, deletions, changes and swaps of neighbours (Damerau and Levenshtein, restricted) from one to the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var next = [row + 1]
            for (column, other) in right.enumerated() {
                var least = min(last[column + 1] + 1, next[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                next.append(least)
            }
            (beforeLast, last) = (last, next)
        }
        return last[right.count]
    }
}
