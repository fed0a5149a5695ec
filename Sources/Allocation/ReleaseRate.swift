import Foundation

/// How fast a pool gives back, from what it gave back of late.
package struct ReleaseRate: Sendable, Equatable {
    /// In seconds, with the interval that holds with 95 %.
    package struct Wait: Sendable, Equatable {
        package let expected: Double
        package let low: Double
        package let high: Double
        /// Releases that it is from.
        package let samples: Int
    }

    /// Releases of late, each with its time (ms since 1970) and amount; oldest first.
    private let releases: [(at: Int64, amount: Double)]
    private let now: Int64

    package init(_ releases: [(at: Int64, amount: Double)], now: Int64) {
        self.releases = releases
        self.now = now
    }

    package static func == (left: ReleaseRate, right: ReleaseRate) -> Bool {
        left.now == right.now && left.releases.elementsEqual(right.releases) { $0 == $1 }
    }

    /// Fewer say nothing.
    private static let fewest = 5

    /// Until so much has come back; nil where too few releases are known.
    ///
    /// Releases are taken as a Poisson process: `n` in `T` seconds give the rate n / T, whose interval is that of a gamma
    /// distribution (Garwood 1936), here by Wilson and Hilferty's approximation of its quantiles. As many releases are waited
    /// for as have the amount together on average.
    package func wait(for amount: Double) -> Wait? {
        guard releases.count >= Self.fewest, let first = releases.first, amount > 0 else { return nil }
        let seconds = Double(now - first.at) / 1_000
        guard seconds > 0 else { return nil }
        // The first one begins the time.
        let count = Double(releases.count - 1)
        let mean = releases.reduce(0) { $0 + $1.amount } / Double(releases.count)
        guard mean > 0 else { return nil }
        let needed = (amount / mean).rounded(.up)
        let slow = Self.gammaQuantile(shape: count, z: -1.96) / seconds
        let fast = Self.gammaQuantile(shape: count + 1, z: 1.96) / seconds
        return Wait(
            expected: needed / (count / seconds),
            low: needed / fast,
            high: slow > 0 ? needed / slow : .infinity,
            samples: releases.count
        )
    }

    private static func gammaQuantile(shape: Double, z: Double) -> Double {
        let cube = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
        return max(0, shape * cube * cube * cube)
    }
}
