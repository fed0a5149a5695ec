/// For each step a list of whole numbers, all lists in one array.
struct Adjacency: Sendable {
    /// List `i` is `items[offsets[i]..<offsets[i + 1]]`.
    private(set) var offsets: [Int]
    private(set) var items: [Int]

    init(_ lists: [[Int]]) {
        offsets = [0]
        offsets.reserveCapacity(lists.count + 1)
        items = []
        items.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        for list in lists {
            items.append(contentsOf: list)
            offsets.append(items.count)
        }
    }

    var count: Int { offsets.count - 1 }

    subscript(index: Int) -> ArraySlice<Int> {
        items[offsets[index]..<offsets[index + 1]]
    }

    /// The same arrows, seen from their other end.
    var reversed: Adjacency {
        var lists = [[Int]](repeating: [], count: count)
        for index in 0..<count {
            for other in self[index] { lists[other].append(index) }
        }
        return Adjacency(lists)
    }
}
