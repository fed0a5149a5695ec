/// Vectors by their length: those of a server that changed its mind stand apart, and are not compared with the others.
package struct VectorShelves: Sendable {
    /// Lengths that are kept; vectors of further ones are none.
    private static let most = 4

    private var shelves: [Int: VectorIndex] = [:]
    private var lengths: [Int64: Int] = [:]

    package init() {}

    /// Puts a vector in the place of what was there; nil: none.
    package mutating func set(_ vector: [Float]?, for key: Int64) {
        remove(key)
        guard let vector, !vector.isEmpty, shelves[vector.count] != nil || shelves.count < Self.most else { return }
        shelves[vector.count, default: VectorIndex()].set(vector, for: key)
        lengths[key] = vector.count
    }

    package mutating func remove(_ key: Int64) {
        guard let length = lengths.removeValue(forKey: key) else { return }
        shelves[length]?.remove(key)
        if shelves[length]?.count == 0 { shelves[length] = nil }
    }

    package mutating func removeAll() { self = VectorShelves() }

    /// About what they hold.
    package var bytes: Int { shelves.reduce(0) { $0 + $1.key * $1.value.count * MemoryLayout<Float>.size } }

    /// Those that a vector can be compared with; nil: there are none.
    package func comparable(with vector: [Float]) -> VectorIndex? { shelves[vector.count] }
}
