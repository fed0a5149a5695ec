package import NovaContract

/// How much of a resource was given over a window: the mean of each bucket, in thousandths as kept.
package struct LevelSeries: Sendable, Equatable {
    package struct Point: Sendable, Equatable {
        package let bucket: Int64
        package let mean: Double
        package let maximum: Double
        /// Of it, up to now.
        package let milliseconds: Double
    }

    /// Without holes; up to now.
    package let points: [Point]
    package let now: Double
    package let capacity: Double

    /// - Parameters:
    ///   - buckets: those of the window that hold a level, and the newest before it; in order.
    ///   - now: milliseconds since 1970.
    ///   - level: given at present.
    package init(_ buckets: [ActivityBucket], _ window: ActivityWindow, now: Int64, level: Double, capacity: Double) {
        self.now = level
        self.capacity = capacity
        let known = Dictionary(buckets.compactMap { bucket in bucket.level.map { (bucket.number, $0) } }) { $1 }
        let numbers = known.keys.sorted()
        let before = numbers.last { $0 < window.firstBucket }.flatMap { known[$0]?.last }
        let first = numbers.first { $0 >= window.firstBucket }.flatMap { known[$0]?.first }
        var given = before ?? first ?? level
        var points: [Point] = []
        let last = min(window.lastBucket, now / 1_000 / window.resolution.seconds)
        if window.firstBucket <= last {
            for number in window.firstBucket...last {
                let begin = window.begin(of: number)
                let length = Double(max(1, min(now, window.begin(of: number + 1)) - begin))
                guard let record = known[number] else {
                    points.append(Point(bucket: number, mean: given, maximum: given, milliseconds: length))
                    continue
                }
                let end = max(record.at, min(now, window.begin(of: number + 1)))
                let whole = record.integral + record.last * Double(end - record.at)
                let mean = end > begin ? whole / Double(end - begin) : record.last
                points.append(Point(bucket: number, mean: mean, maximum: record.maximum, milliseconds: length))
                given = record.last
            }
        }
        self.points = points
    }

    /// Over time.
    package var mean: Double {
        let length = points.reduce(0) { $0 + $1.milliseconds }
        return length > 0 ? points.reduce(0) { $0 + $1.mean * $1.milliseconds } / length : now
    }
    package var maximum: Double { points.map(\.maximum).max() ?? now }
}
