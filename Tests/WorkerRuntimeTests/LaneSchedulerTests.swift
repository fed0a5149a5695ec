import KafkaClient
import Testing

@testable import WorkerRuntime

/// The scheduler behind a reference, so that an expectation may call what changes it.
private final class Subject {
    private var scheduler: LaneScheduler

    init(limit: Int, backlog: Int, backlogBytes: Int = .max) {
        scheduler = LaneScheduler(limit: limit, backlog: backlog, backlogBytes: backlogBytes)
    }

    var isIdle: Bool { scheduler.isIdle }
    var unfinished: Int { scheduler.unfinished }

    func enqueue(_ message: KafkaMessage, lane: String) -> LaneScheduler.Entry? {
        scheduler.enqueue(message, lane: lane)
    }
    func finish(_ entry: LaneScheduler.Entry, _ ending: RecordDisposition = .finished) -> LaneScheduler.Entry? {
        scheduler.finish(entry, ending)
    }
    func park(_ entry: LaneScheduler.Entry) -> LaneScheduler.Entry? {
        scheduler.finish(entry, .parked(until: .now))
    }
    func unpark(_ entry: LaneScheduler.Entry) -> LaneScheduler.Entry? { scheduler.unpark(entry) }
    func assign(_ partitions: [KafkaTopicPartition]) { scheduler.assign(partitions) }
    func remove(_ partitions: [KafkaTopicPartition]) -> [KafkaOffset] { scheduler.remove(partitions) }
    func isCurrent(_ entry: LaneScheduler.Entry) -> Bool { scheduler.isCurrent(entry) }
    func lend(_ entry: LaneScheduler.Entry) -> LaneScheduler.Entry? { scheduler.lend(entry) }
    func reclaim(_ entry: LaneScheduler.Entry) { scheduler.reclaim(entry) }
    func stop() { scheduler.stop() }
    func committable() -> [KafkaOffset] { scheduler.committable() }
    func flowChanges() -> (pause: [KafkaTopicPartition], resume: [KafkaTopicPartition]) { scheduler.flowChanges() }
}

@Suite struct LaneSchedulerTests {
    private static let first = KafkaTopicPartition(topic: "t", partition: 0)

    private func message(_ offset: Int64, partition: Int32 = 0, bytes: Int = 0) -> KafkaMessage {
        KafkaMessage(
            topic: "t",
            partition: partition,
            offset: offset,
            key: nil,
            value: Array(repeating: 0, count: bytes),
            headers: []
        )
    }

    @Test func whoWaitsLendsItsSlotAndKeepsItsLane() throws {
        let scheduler = Subject(limit: 1, backlog: 2)
        let a1 = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.enqueue(message(2), lane: "b") == nil)
        #expect(scheduler.enqueue(message(3), lane: "a") == nil)
        let b1 = try #require(scheduler.lend(a1))
        #expect(b1.message.offset == 2)
        // Lending twice gives nothing more, and the lane's next record waits for the one that waits.
        #expect(scheduler.lend(a1) == nil)
        #expect(scheduler.finish(b1) == nil)
        #expect(!scheduler.isIdle)
        scheduler.reclaim(a1)
        #expect(scheduler.finish(a1)?.message.offset == 3)
    }

    @Test func whatWaitsWithoutASlotPausesNoPartition() throws {
        let scheduler = Subject(limit: 4, backlog: 2)
        let a1 = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.lend(a1) == nil)
        #expect(scheduler.enqueue(message(2), lane: "b") != nil)
        #expect(scheduler.flowChanges().pause.isEmpty)
        scheduler.reclaim(a1)
        #expect(scheduler.flowChanges().pause == [Self.first])
    }

    @Test func afterReclaimingNoMoreBeginThanThereAreSlots() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let a1 = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.enqueue(message(2), lane: "b") == nil)
        #expect(scheduler.enqueue(message(3), lane: "c") == nil)
        let b1 = try #require(scheduler.lend(a1))
        scheduler.reclaim(a1)
        #expect(scheduler.finish(b1) == nil)
        #expect(scheduler.finish(a1)?.message.offset == 3)
    }

    @Test func oneLaneRunsInOrderAndOthersBesideIt() throws {
        let scheduler = Subject(limit: 2, backlog: 10)
        let a1 = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.enqueue(message(2), lane: "a") == nil)
        let b1 = try #require(scheduler.enqueue(message(3), lane: "b"))
        #expect(scheduler.enqueue(message(4), lane: "c") == nil)
        // The line: c waits, then a's second record behind it.
        #expect(scheduler.finish(a1)?.message.offset == 4)
        #expect(scheduler.finish(b1)?.message.offset == 2)
        #expect(scheduler.committable().map(\.offset) == [2])
    }

    @Test func aRecordGivenBackIsNotCommitted() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let entry = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.enqueue(message(2), lane: "b")
        let next = try #require(scheduler.finish(entry, .givenBack))
        #expect(scheduler.finish(next) == nil)
        #expect(scheduler.committable().isEmpty)
        #expect(scheduler.unfinished == 1)
    }

    @Test func aParkedRecordHoldsItsLaneAndNothingElse() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let first = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.enqueue(message(2), lane: "a")
        _ = scheduler.enqueue(message(3), lane: "b")
        let other = try #require(scheduler.park(first))
        #expect(other.message.offset == 3)
        #expect(scheduler.finish(other) == nil)
        // The slot is free for whatever comes, but not for the lane.
        #expect(scheduler.enqueue(message(4), lane: "a") == nil)
        let third = try #require(scheduler.enqueue(message(5), lane: "c"))
        #expect(scheduler.finish(third) == nil)
        #expect(scheduler.committable().isEmpty)
        #expect(scheduler.unfinished == 3)
        let again = try #require(scheduler.unpark(first))
        #expect(again.message.offset == 1)
        #expect(scheduler.unpark(first) == nil)
        let second = try #require(scheduler.finish(again))
        #expect(second.message.offset == 2)
        #expect(scheduler.finish(second)?.message.offset == 4)
    }

    @Test func aRecordWhoseTimeComesBeforeItIsParkedRunsAgainAtOnce() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let first = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.enqueue(message(2), lane: "a")
        #expect(scheduler.unpark(first) == nil)
        let again = try #require(scheduler.park(first))
        #expect(again.message.offset == 1)
        // That was for this once.
        #expect(scheduler.park(again) == nil)
        let third = try #require(scheduler.unpark(again))
        #expect(scheduler.finish(third)?.message.offset == 2)
    }

    @Test func aParkedRecordGoesWithItsPartition() throws {
        let scheduler = Subject(limit: 2, backlog: 10)
        let entry = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.park(entry) == nil)
        _ = scheduler.enqueue(message(1, partition: 1), lane: "a")
        #expect(scheduler.remove([Self.first]).isEmpty)
        #expect(scheduler.unpark(entry) == nil)
        let late = try #require(scheduler.enqueue(message(2, partition: 1), lane: "b"))
        // The lane is free again for what another partition has of it.
        #expect(scheduler.finish(late)?.lane == "a")
        // What ran of a partition that went is not parked.
        scheduler.assign([Self.first])
        let gone = try #require(scheduler.enqueue(message(1), lane: "c"))
        _ = scheduler.remove([Self.first])
        #expect(scheduler.park(gone) == nil)
        #expect(scheduler.enqueue(message(3, partition: 1), lane: "c") != nil)
    }

    @Test func aPartitionThatWasLostAndCameBackIsAnother() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let old = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.enqueue(message(2), lane: "b")
        #expect(scheduler.remove([Self.first]).isEmpty)
        scheduler.assign([Self.first])
        #expect(!scheduler.isCurrent(old))
        // What waited of it is gone, and the end of what ran counts for nothing.
        #expect(scheduler.finish(old) == nil)
        #expect(scheduler.committable().isEmpty)
        let again = try #require(scheduler.enqueue(message(1), lane: "a"))
        #expect(scheduler.finish(again) == nil)
        #expect(scheduler.committable().map(\.offset) == [2])
    }

    @Test func whatMayBeCommittedIsGivenWithThePartition() throws {
        let scheduler = Subject(limit: 4, backlog: 10)
        let entry = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.finish(entry)
        #expect(scheduler.remove([Self.first]) == [KafkaOffset(topicPartition: Self.first, offset: 2)])
    }

    @Test func afterStopNothingBegins() throws {
        let scheduler = Subject(limit: 1, backlog: 10)
        let entry = try #require(scheduler.enqueue(message(1), lane: "a"))
        _ = scheduler.enqueue(message(2), lane: "b")
        scheduler.stop()
        #expect(scheduler.finish(entry) == nil)
        #expect(scheduler.enqueue(message(3), lane: "c") == nil)
        #expect(scheduler.isIdle)
    }

    @Test func aFullPartitionIsPausedAndResumedAtHalf() throws {
        let scheduler = Subject(limit: 1, backlog: 4)
        var running = try #require(scheduler.enqueue(message(1), lane: "1"))
        for offset in 2...4 as ClosedRange<Int64> { _ = scheduler.enqueue(message(offset), lane: "\(offset)") }
        _ = scheduler.enqueue(message(1, partition: 1), lane: "other")
        #expect(scheduler.flowChanges().pause == [Self.first])
        #expect(scheduler.flowChanges().pause.isEmpty)
        running = try #require(scheduler.finish(running))
        #expect(scheduler.flowChanges().resume.isEmpty)
        _ = try #require(scheduler.finish(running))
        #expect(scheduler.flowChanges().resume == [Self.first])
    }

    @Test func aPartitionWithTooManyBytesIsPausedToo() throws {
        let scheduler = Subject(limit: 1, backlog: 100, backlogBytes: 10)
        let large = try #require(scheduler.enqueue(message(1, bytes: 6), lane: "1"))
        #expect(scheduler.flowChanges().pause.isEmpty)
        _ = scheduler.enqueue(message(2, bytes: 5), lane: "2")
        #expect(scheduler.flowChanges().pause == [Self.first])
        _ = scheduler.finish(large)
        #expect(scheduler.flowChanges().resume == [Self.first])
    }

    /// Any mix of records and ends: a lane never runs twice at once and keeps its order, the limit holds, what is
    /// committed is finished, and in the end everything is.
    @Test(arguments: 0..<60)
    func invariantsHold(seed: UInt64) {
        var numbers = Numbers(state: seed)
        let limit = Int.random(in: 1...6, using: &numbers)
        let scheduler = Subject(limit: limit, backlog: 1_000)
        var next: [Int32: Int64] = [:]
        var running: [LaneScheduler.Entry] = []
        var parked: [LaneScheduler.Entry] = []
        var lastOfLane: [String: Int64] = [:]
        var finished: [Int32: Set<Int64>] = [:]

        func begin(_ entry: LaneScheduler.Entry?) {
            guard let entry else { return }
            #expect(!running.contains { $0.lane == entry.lane })
            #expect(!parked.contains { $0.lane == entry.lane })
            #expect(lastOfLane[entry.lane] ?? -1 < entry.message.offset)
            lastOfLane[entry.lane] = entry.message.offset
            running.append(entry)
            #expect(running.count <= limit)
        }
        func finishOne() {
            guard !running.isEmpty else { return }
            let entry = running.remove(at: Int.random(in: 0..<running.count, using: &numbers))
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                parked.append(entry)
                lastOfLane[entry.lane] = entry.message.offset - 1
                return begin(scheduler.park(entry))
            }
            finished[entry.message.partition, default: []].insert(entry.message.offset)
            begin(scheduler.finish(entry))
        }

        func unparkOne() {
            guard !parked.isEmpty else { return }
            let entry = parked.remove(at: Int.random(in: 0..<parked.count, using: &numbers))
            begin(scheduler.unpark(entry))
        }

        for _ in 0..<500 {
            if Int.random(in: 0..<5, using: &numbers) == 0 { unparkOne() }
            if Bool.random(using: &numbers) {
                let partition = Int32.random(in: 0...2, using: &numbers)
                let offset = next[partition] ?? 0
                next[partition] = offset + 1
                // A key has one partition.
                let lane = "\(partition)/\(Int.random(in: 0...4, using: &numbers))"
                begin(scheduler.enqueue(message(offset, partition: partition), lane: lane))
            } else {
                finishOne()
            }
            for offset in scheduler.committable() {
                let done = finished[offset.topicPartition.partition] ?? []
                #expect((0..<offset.offset).allSatisfy { done.contains($0) })
            }
        }
        while !running.isEmpty || !parked.isEmpty {
            finishOne()
            unparkOne()
        }
        #expect(scheduler.unfinished == 0)
        #expect(scheduler.isIdle)
        #expect(scheduler.committable().allSatisfy { $0.offset == next[$0.topicPartition.partition] })
    }
}
