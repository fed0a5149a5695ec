/// What is yet to be read of a topic, as a plain value.
struct ReadingProgress: Sendable {
    /// By partition: the next offset up to, not including, the end.
    ///
    /// None is empty.
    private(set) var left: [Int32: Range<Int64>] = [:]

    var isDone: Bool { left.isEmpty }

    /// Takes what is wanted and there.
    ///
    /// - Parameters:
    ///   - wanted: the offsets of one partition; nil for all.
    ///   - bounds: the oldest kept offset of the partition, and the one its next record will have.
    mutating func add(_ partition: Int32, wanted: Range<Int64>?, bounds: (low: Int64, end: Int64)) {
        let kept = bounds.low..<max(bounds.low, bounds.end)
        let both = wanted.map { $0.clamped(to: kept) } ?? kept
        if !both.isEmpty { left[partition] = both }
    }

    /// Whether the record is one of those to be read.
    mutating func take(_ partition: Int32, offset: Int64) -> Bool {
        guard let range = left[partition] else { return false }
        advance(partition, to: offset + 1)
        return range.contains(offset)
    }

    /// Notes that the partition has nothing at present before the offset.
    ///
    /// That is not always its end: the last offsets may hold no record (the marks of transactions), and a replica that
    /// lags behind ends early.
    mutating func advance(_ partition: Int32, to offset: Int64) {
        guard let range = left[partition], offset > range.lowerBound else { return }
        left[partition] = offset < range.upperBound ? offset..<range.upperBound : nil
    }
}

extension ReadingProgress: CustomStringConvertible {
    var description: String {
        left.sorted { $0.key < $1.key }
            .map { "partition \($0.key) from offset \($0.value.lowerBound) to \($0.value.upperBound)" }
            .joined(separator: ", ")
    }
}
