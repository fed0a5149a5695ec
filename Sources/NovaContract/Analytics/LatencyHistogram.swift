import Foundation

/// Times in logarithmic bins: any two can be added up, and each quantile is within 1.5 % of a time that was seen.
///
/// Bin 0 holds what is below a microsecond, bin `i` what is above `γ^(i-1)` up to `γ^i` microseconds. After DDSketch
/// (Masson, Rim, Lee: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees, VLDB 2019).
package struct LatencyHistogram: Sendable, Equatable {
    /// The most by which a quantile is off, as a share of it.
    package static let relativeError = 0.015
    package static let gamma = (1 + relativeError) / (1 - relativeError)
    /// The width of a bin on the logarithmic scale.
    package static let logGamma = log(gamma)

    /// How many times are in each bin.
    package private(set) var bins: [Int: Int] = [:]
    /// Microseconds.
    package private(set) var sum: Int64 = 0
    package private(set) var maximum: Int64 = 0
    package private(set) var count = 0

    package init() {}

    /// From what was kept.
    package init(sum: Int64, maximum: Int64, bins: [Int: Int]) {
        self.sum = sum
        self.maximum = maximum
        self.bins = bins
        count = bins.values.reduce(0, +)
    }

    package var isEmpty: Bool { count == 0 }

    package static func bin(microseconds: Int64) -> Int {
        microseconds < 1 ? 0 : Int((log(Double(microseconds)) / logGamma).rounded(.up))
    }

    package mutating func add(microseconds: Int64) {
        bins[Self.bin(microseconds: microseconds), default: 0] += 1
        sum += microseconds
        maximum = max(maximum, microseconds)
        count += 1
    }

    package mutating func merge(_ other: LatencyHistogram) {
        bins.merge(other.bins, uniquingKeysWith: +)
        sum += other.sum
        maximum = max(maximum, other.maximum)
        count += other.count
    }

    // MARK: - What it says

    /// Seconds; nil where there is nothing.
    package var mean: Double? { count == 0 ? nil : Double(sum) / 1e6 / Double(count) }

    /// Quantiles in seconds, by nearest rank, in the order asked for; nil where there is nothing.
    ///
    /// - Parameter shares: 0…1.
    package func quantiles(_ shares: [Double]) -> [Double?] {
        guard count > 0 else { return shares.map { _ in nil } }
        let sorted = bins.sorted { $0.key < $1.key }
        return shares.map { share in
            let rank = max(1, Int((share * Double(count)).rounded(.up)))
            var seen = 0
            for (bin, number) in sorted {
                seen += number
                // What is above all that was seen would be an error of the bin alone.
                if seen >= rank { return min(Self.middle(of: bin), Double(maximum)) / 1e6 }
            }
            return Double(maximum) / 1e6
        }
    }

    /// Microseconds: as far, as a share, from one end of the bin as from the other.
    private static func middle(of bin: Int) -> Double { bin == 0 ? 0 : 2 * pow(gamma, Double(bin)) / (gamma + 1) }

    /// The bins in order, with the seconds between which their times are; none ends after the greatest time that was seen.
    package var spans: [(lower: Double, upper: Double, count: Int)] {
        bins.sorted { $0.key < $1.key }.map { bin, count in
            let upper = min(pow(Self.gamma, Double(bin)), Double(maximum)) / 1e6
            let lower = bin == 0 ? 0 : pow(Self.gamma, Double(bin - 1)) / 1e6
            return (min(lower, upper), upper, count)
        }
    }

    /// Of the natural logarithm of the microseconds: the mean, and the sum of the squares of what is away from it.
    package var logMoments: (mean: Double, squares: Double) {
        guard count > 0 else { return (0, 0) }
        let logs = bins.map { (value: (Double($0.key) - 0.5) * Self.logGamma, count: Double($0.value)) }
        let mean = logs.reduce(0) { $0 + $1.value * $1.count } / Double(count)
        return (mean, logs.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) * $1.count })
    }
}
