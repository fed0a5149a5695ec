import Foundation
import NovaTestKit
import Testing

@testable import Allocation

/// When somebody's turn is expected.
@Suite struct ReleaseRateTests {
    @Test func tooFewReleasesSayNothing() {
        #expect(ReleaseRate([], now: 0).wait(for: 1) == nil)
        #expect(ReleaseRate((0..<4).map { (Int64($0), 1.0) }, now: 100).wait(for: 1) == nil)
    }

    @Test func steadyReleasesTellTheWait() throws {
        let releases = (0..<101).map { (at: Int64($0) * 1_000, amount: 2.0) }
        let wait = try #require(ReleaseRate(releases, now: 100_000).wait(for: 5))
        // Three releases of two each, one a second.
        #expect(abs(wait.expected - 3) < 0.01)
        #expect(wait.low < 3 && wait.high > 3 && wait.low > 2 && wait.high < 4)
    }

    /// The interval holds the true value about as often as it says.
    @Test func theIntervalHoldsWhatItPromises() throws {
        var generator = SplitMix64(seed: 3)
        var inside = 0
        for _ in 0..<1_000 {
            var at = 0.0
            let releases = (0..<30).map { _ in
                at += -Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator).logarithm
                return (at: Int64(at * 1_000), amount: 1.0)
            }
            let wait = try #require(ReleaseRate(releases, now: releases[29].at).wait(for: 10))
            if wait.low <= 10, 10 <= wait.high { inside += 1 }
        }
        #expect((920...985).contains(inside), "\(inside) of 1000")
    }
}

extension Double {
    fileprivate var logarithm: Double { log(self) }
}
