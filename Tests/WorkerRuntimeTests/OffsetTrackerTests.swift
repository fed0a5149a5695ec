import Testing

@testable import WorkerRuntime

@Suite struct OffsetTrackerTests {
    @Test func nothingIsCommittedBeforeSomethingIsFinished() {
        var tracker = OffsetTracker()
        #expect(tracker.committable == nil)
        tracker.take(5)
        #expect(tracker.committable == nil)
        #expect(tracker.unfinished == 1)
    }

    @Test func whatIsFinishedBehindAnUnfinishedRecordWaits() {
        var tracker = OffsetTracker()
        for offset in [5, 6, 9] as [Int64] { tracker.take(offset) }
        tracker.finish(9)
        tracker.finish(6)
        #expect(tracker.committable == nil)
        #expect(tracker.unfinished == 1)
        tracker.finish(5)
        #expect(tracker.committable == 10)
        tracker.markCommitted(10)
        #expect(tracker.committable == nil)
    }

    /// Whatever the order of finishing: all below the offset is finished, and the record at it is not.
    @Test(arguments: 0..<100)
    func theOffsetIsAlwaysTheLowestUnfinished(seed: UInt64) {
        var numbers = Numbers(state: seed)
        var tracker = OffsetTracker()
        var taken: [Int64] = []
        var unfinished: Set<Int64> = []
        for _ in 0..<1_000 {
            if unfinished.isEmpty || Bool.random(using: &numbers) {
                // Offsets have holes: transactions and compaction leave them.
                let next = (taken.last ?? 0) + Int64.random(in: 1...3, using: &numbers)
                tracker.take(next)
                taken.append(next)
                unfinished.insert(next)
            } else if let done = unfinished.randomElement(using: &numbers) {
                unfinished.remove(done)
                tracker.finish(done)
            }
            let lowest = unfinished.min() ?? taken.last.map { $0 + 1 }
            #expect(tracker.committable == (lowest == taken.first ? nil : lowest))
            #expect(tracker.unfinished == unfinished.count)
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
