/// Steps by rising tail, entering one by one: the greatest, over all tails present, of the tail and the work of the
/// steps with that tail or a longer one.
struct TailWork {
    /// Below any sum of real entries, and far from overflow.
    private static let absent = -(Int128(1) << 100)

    private var leaves = 1
    /// A complete binary tree, root at 1: work below each node.
    private var sums: [Int128]
    /// Greatest tail + work from there to the end of the node's range.
    private var best: [Int128]

    /// - Parameter count: places, by rising tail.
    init(_ count: Int) {
        while leaves < count { leaves *= 2 }
        sums = [Int128](repeating: 0, count: 2 * leaves)
        best = [Int128](repeating: Self.absent, count: 2 * leaves)
    }

    /// Negative when nothing was inserted.
    var greatest: Int128 { best[1] }

    /// Each place once.
    mutating func insert(_ work: Int128, at place: Int, tail: Int128) {
        var node = leaves + place
        sums[node] = work
        best[node] = tail + work
        while node > 1 {
            node /= 2
            sums[node] = sums[2 * node] + sums[2 * node + 1]
            best[node] = max(best[2 * node + 1], best[2 * node] + sums[2 * node + 1])
        }
    }
}
