import Analytics
import Foundation
import NovaContract
import NovaTestKit

/// A system that is made up: minutes with so many commands, of which it is known how they are.
struct Simulation {
    var random: SplitMix64
    /// Commands a minute, Poisson.
    var rate = 30.0
    /// Median seconds, and the spread of the logarithm: log-normal.
    var median = 0.2
    var spread = 0.6
    /// By which whole minutes differ from each other, on the logarithm.
    var unrest = 0.0
    var failures = 0.02
    var retries = 0.02

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// An hour by minutes.
    static let window = {
        do {
            return try ActivityWindow(from: 0, to: 3_600_000, step: nil, now: 3_600_000)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    // MARK: - Random numbers

    mutating func uniform() -> Double { (Double(random.next() >> 11) + 0.5) / Double(1 << 53) }

    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

    mutating func poisson(_ mean: Double) -> Int {
        let limit = exp(-mean)
        var (count, product) = (0, uniform())
        while product > limit {
            count += 1
            product *= uniform()
        }
        return count
    }

    // MARK: - Minutes

    mutating func minute(_ number: Int) -> ActivityBucket {
        var bucket = ActivityBucket(number: Int64(number))
        let shift = unrest * normal()
        for _ in 0..<poisson(rate) {
            let seconds = median * exp(spread * normal() + shift)
            bucket.handling.add(microseconds: Int64(seconds * 1e6))
            let isFailed = uniform() < failures
            bucket.counts[isFailed ? .failed : .completed, default: 0] += 1
            if uniform() < retries { bucket.counts[.retried, default: 0] += 1 }
        }
        return bucket
    }

    mutating func minutes(_ count: Int) -> [ActivityBucket] { (0..<count).map { minute($0) } }

    /// What the detectors say of these minutes.
    static func insights(_ buckets: [ActivityBucket]) -> [Insight] {
        ChangeInsights(buckets.filter { !$0.counts.isEmpty }, kind: .commands, window: window).find()
    }

    /// Minutes from a fault until an insight of the kind names it; nil where none does within `most`.
    ///
    /// - Parameter fault: what changes after an hour.
    mutating func delay(of kind: Insight.Kind, most: Int = 20, _ fault: (inout Simulation) -> Void) -> Int? {
        var buckets = minutes(60)
        fault(&self)
        for minute in 1...most {
            buckets.append(self.minute(60 + minute - 1))
            // An hour is looked at.
            if Self.insights(buckets.suffix(60)).contains(where: { $0.kind == kind }) { return minute }
        }
        return nil
    }
}
