/// Vectors of one length, packed, and scanned one by one: exact, and as fast as memory is.
///
/// Kept as they were made unit vectors, so that a scalar product is a cosine.
package struct VectorIndex: Sendable {
    private typealias Lane = SIMD16<Float>

    /// Rows of one chunk: what a change may have to copy is bounded by it.
    private static let chunkRows = 1_024

    /// Numbers of a vector; nil until the first one tells.
    package private(set) var dimensions: Int?
    private var lanes = 0
    private var chunks: [[Lane]] = []
    private var keys: [Int64] = []
    private var rows: [Int64: Int] = [:]

    package init() {}

    package var count: Int { keys.count }

    // MARK: - Changing

    /// Puts a vector in the place of what was there; one of another length than the others, or without any, is none.
    package mutating func set(_ vector: [Float]?, for key: Int64) {
        guard let vector, !vector.isEmpty, vector.count == dimensions ?? vector.count,
            let packed = Self.packed(vector)
        else { return remove(key) }
        if dimensions == nil {
            dimensions = vector.count
            lanes = packed.count
        }
        let row: Int
        if let known = rows[key] {
            row = known
        } else {
            row = keys.count
            if row % Self.chunkRows == 0 {
                chunks.append([Lane](repeating: .zero, count: Self.chunkRows * lanes))
            }
            keys.append(key)
            rows[key] = row
        }
        write(packed, row)
    }

    package mutating func remove(_ key: Int64) {
        guard let row = rows.removeValue(forKey: key) else { return }
        let last = keys.count - 1
        if row != last {
            // The last one takes its place.
            let (chunk, start) = place(last)
            write(Array(chunks[chunk][start..<start + lanes]), row)
            keys[row] = keys[last]
            rows[keys[row]] = row
        }
        keys.removeLast()
        if last % Self.chunkRows == 0 { chunks.removeLast() }
    }

    package mutating func removeAll() { self = VectorIndex() }

    private func place(_ row: Int) -> (chunk: Int, start: Int) {
        (row / Self.chunkRows, row % Self.chunkRows * lanes)
    }

    private mutating func write(_ packed: [Lane], _ row: Int) {
        let (chunk, start) = place(row)
        for index in 0..<lanes { chunks[chunk][start + index] = packed[index] }
    }

    /// A unit vector, filled up with zeros; nil where it has no direction.
    private static func packed(_ vector: [Float]) -> [Lane]? {
        let norm = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        guard norm > 0, norm.isFinite else { return nil }
        var packed = [Lane](repeating: .zero, count: (vector.count + 15) / 16)
        for (index, value) in vector.enumerated() { packed[index / 16][index % 16] = value / norm }
        return packed
    }

    // MARK: - Searching

    /// The cosine with one of the vectors; nil where it is not there.
    package func cosine(_ vector: [Float], with key: Int64) -> Float? {
        guard let row = rows[key], vector.count == dimensions, let packed = Self.packed(vector) else { return nil }
        let (chunk, start) = place(row)
        return chunks[chunk].withUnsafeBufferPointer { Self.product(packed, $0, start, lanes) }
    }

    /// The nearest, the nearest first; of equal ones the lower key.
    ///
    /// - Parameter allowed: those that are looked at; nil: all.
    package func nearest(_ vector: [Float], count: Int, among allowed: Set<Int64>? = nil) -> [(
        key: Int64, cosine: Float
    )] {
        guard vector.count == dimensions, count > 0, let packed = Self.packed(vector) else { return [] }
        var best: [(key: Int64, cosine: Float)] = []
        best.reserveCapacity(2 * count)
        var least = -Float.infinity
        func cut() {
            best.sort { $0.cosine != $1.cosine ? $0.cosine > $1.cosine : $0.key < $1.key }
            if best.count > count {
                best.removeLast(best.count - count)
                least = best[count - 1].cosine
            }
        }
        for (number, chunk) in chunks.enumerated() {
            let first = number * Self.chunkRows
            let rows = min(Self.chunkRows, keys.count - first)
            chunk.withUnsafeBufferPointer { numbers in
                for row in 0..<rows {
                    let key = keys[first + row]
                    if let allowed, !allowed.contains(key) { continue }
                    let cosine = Self.product(packed, numbers, row * lanes, lanes)
                    guard cosine >= least else { continue }
                    best.append((key, cosine))
                    if best.count == 2 * count { cut() }
                }
            }
        }
        cut()
        return best
    }

    private static func product(
        _ vector: [Lane],
        _ numbers: UnsafeBufferPointer<Lane>,
        _ start: Int,
        _ lanes: Int
    ) -> Float {
        vector.withUnsafeBufferPointer { vector in
            var sum = Lane.zero
            for lane in 0..<lanes { sum += vector[lane] * numbers[start + lane] }
            return sum.sum()
        }
    }
}
