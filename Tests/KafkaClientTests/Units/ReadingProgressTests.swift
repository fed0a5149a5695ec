import Testing

@testable import KafkaClient

@Suite("What is left to read")
struct ReadingProgressTests {
    @Test("Wanted offsets are cut to what the partition holds; empty ones are not waited for")
    func wanted() {
        var progress = ReadingProgress()
        progress.add(0, wanted: nil, bounds: (5, 9))
        progress.add(1, wanted: 0..<7, bounds: (5, 9))
        progress.add(2, wanted: 8..<100, bounds: (5, 9))
        progress.add(3, wanted: 0..<5, bounds: (5, 9))
        progress.add(4, wanted: 9..<20, bounds: (5, 9))
        progress.add(5, wanted: nil, bounds: (5, 5))
        #expect(progress.left == [0: 5..<9, 1: 5..<7, 2: 8..<9])
    }

    @Test("It is done when each partition has been read to its end, and no further record is taken")
    func records() {
        var progress = ReadingProgress()
        progress.add(0, wanted: nil, bounds: (0, 2))
        progress.add(1, wanted: nil, bounds: (0, 1))
        let first = [(0, 0), (1, 0), (1, 1)].map { progress.take($0.0, offset: $0.1) }
        #expect(first == [true, true, false])
        #expect(!progress.isDone)
        let second = [(0, 1), (0, 2)].map { progress.take($0.0, offset: $0.1) }
        #expect(second == [true, false])
        #expect(progress.isDone)
    }

    @Test("Offsets that hold no record are passed over; a record beyond the end is not taken, and ends the partition")
    func gaps() {
        var progress = ReadingProgress()
        progress.add(0, wanted: nil, bounds: (0, 10))
        let taken = progress.take(0, offset: 4)
        #expect(taken)
        // A replica that lags behind tells an end that is none.
        progress.advance(0, to: 3)
        progress.advance(0, to: 6)
        #expect(progress.left == [0: 6..<10])
        let beyond = progress.take(0, offset: 12)
        #expect(!beyond)
        #expect(progress.isDone)
    }

    @Test("The end of the partition ends it")
    func end() {
        var progress = ReadingProgress()
        progress.add(0, wanted: nil, bounds: (0, 10))
        progress.advance(0, to: 10)
        #expect(progress.isDone)
    }
}
