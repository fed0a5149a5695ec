/// How long something took each time it was run, as far as bins of durations tell.
///
/// Within a bin durations count as log-uniform. Each quantile lies in the bin of the run that has its rank, so that it is off
/// by less than that bin is wide: as a share, by less than `upper` ÷ `lower` − 1, which is 3.1 % in Nova's analytics. What the
/// durations were rounded by before, there to whole milliseconds, comes on top.
package struct DurationDistribution: Sendable, Equatable {
    private struct Bin: Equatable {
        let lower: Double
        let upper: Double
        /// Runs in all bins before it, and with its own.
        let before: Int
        let through: Int

        /// Parts of the bin that are told from each other: 2 to the power of this.
        private static let halvings = 30

        /// What a rank within the bin is on the logarithmic scale.
        ///
        /// By halving: the square root of a product is the middle of the scale.
        func value(at rank: Double) -> Double {
            var share = (rank - Double(before)) / Double(through - before)
            guard lower > 0 else { return share * upper }
            var (low, high) = (lower, upper)
            for _ in 0..<Self.halvings {
                let middle = (low * high).squareRoot()
                share *= 2
                if share >= 1 { (low, share) = (middle, share - 1) } else { high = middle }
            }
            return low
        }
    }

    /// Rising; in each there is a run.
    private let bins: [Bin]
    package let runs: Int

    /// - Parameter bins: in seconds, 0 or more; they rise and do not overlap.
    /// - Returns: nil where there is no run in them.
    package init?(_ bins: [(lower: Double, upper: Double, count: Int)]) {
        var kept: [Bin] = []
        var runs = 0
        for bin in bins where bin.count > 0 {
            kept.append(Bin(lower: bin.lower, upper: bin.upper, before: runs, through: runs + bin.count))
            runs += bin.count
        }
        guard runs > 0 else { return nil }
        self.bins = kept
        self.runs = runs
    }

    /// Seconds; of two runs in the middle the shorter one's.
    package var median: Double { sample(0.5) }
    /// Seconds that a tenth of the runs exceeds.
    package var p90: Double { sample(0.9) }

    /// The duration that this share of the runs does not exceed: for a `u` that is uniform in 0 ..< 1, a random one.
    ///
    /// Never falls as `u` rises, so that runs drawn with the same numbers can be compared.
    package func sample(_ u: Double) -> Double {
        let rank = u * Double(runs)
        return bin(of: rank).value(at: rank)
    }

    /// The first bin that reaches up to a rank, 0 … `runs`.
    private func bin(of rank: Double) -> Bin {
        var (low, high) = (0, bins.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if Double(bins[middle].through) < rank { low = middle + 1 } else { high = middle }
        }
        return bins[low]
    }
}
