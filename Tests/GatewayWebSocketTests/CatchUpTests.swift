import NovaContract
import Testing

@testable import Gateway

@Suite("Catching up", .timeLimit(.minutes(2)))
struct CatchUpTests {
    private static func event(_ sequence: UInt64, _ channels: [String], domain: String = "d") throws -> Event {
        Event(id: try id(sequence), name: "e", domain: domain, channels: channels, data: "{}")
    }

    private static func id(_ sequence: UInt64) throws -> EventID { try #require(EventID("1000-\(sequence)")) }

    private static func set(_ channel: String, since sequence: UInt64) throws -> SubscriptionSet {
        var set = SubscriptionSet()
        set.add([Subscription(channel: channel, domain: nil)], since: try id(sequence))
        return set
    }

    @Test("Old channels are not repeated, new ones are completed, and both go on")
    func merge() throws {
        let departure = FeedState.Departure(
            subscriptions: try Self.set("jobs", since: 5),
            position: try Self.id(8),
            era: 0
        )
        let added = [Subscription(channel: "flow:a", domain: nil)]
        var work = CatchUp(added, after: try Self.id(2), lost: nil, leaving: departure)
        #expect(try work.cursor == Self.id(2))
        // 3 to 5: before the old subscription began. 6 to 8: sent under the old one. From 9 on: the most specific.
        let both = ["flow:a", "jobs"]
        let expected = ["flow:a", "flow:a", "flow:a", nil, nil, nil, "flow:a", "jobs"]
        for (index, channel) in expected.enumerated() {
            let step = work.read(try Self.event(UInt64(3 + index), index == 7 ? ["jobs"] : both))
            #expect(step == CatchUp.Step(gap: nil, channel: channel), "event \(3 + index)")
        }
        #expect(work.outcome.channels == ["jobs", "flow:a"])
    }

    @Test("A past that begins after the present place does not skip what lies between")
    func laterPast() throws {
        let departure = FeedState.Departure(
            subscriptions: try Self.set("jobs", since: 1),
            position: try Self.id(3),
            era: 0
        )
        let added = [Subscription(channel: "flow:a", domain: nil)]
        var work = CatchUp(added, after: try Self.id(6), lost: nil, leaving: departure)
        #expect(try work.cursor == Self.id(3))
        let steps = [
            work.read(try Self.event(4, ["flow:a", "jobs"])), work.read(try Self.event(5, ["flow:b"])),
            work.read(try Self.event(7, ["flow:a", "jobs"])), work.read(try Self.event(8, ["flow:a", "jobs"])),
        ]
        #expect(steps.map(\.channel) == ["jobs", nil, "flow:a", "flow:a"])
        #expect(steps.map(\.gap?.next) == [nil, nil, try Self.id(7), nil])
    }

    @Test("Holes and lost places are gaps; the beginning of a log is none")
    func gaps() throws {
        let none = FeedState.Departure(subscriptions: SubscriptionSet(), position: .start, era: 0)
        let jobs = [Subscription(channel: "jobs", domain: nil)]
        var fresh = CatchUp(jobs, after: .start, lost: nil, leaving: none)
        var steps = [fresh.read(try Self.event(1_001, ["jobs"])), fresh.read(try Self.event(1_003, ["jobs"]))]
        #expect(steps.map(\.gap?.after) == [nil, try Self.id(1_001)])
        var trimmed = CatchUp(jobs, after: .start, lost: nil, leaving: none)
        steps = [trimmed.read(try Self.event(1_900, ["jobs"]))]
        var lost = CatchUp(jobs, after: .start, lost: try Self.id(7), leaving: none)
        steps.append(lost.read(try Self.event(1_001, ["jobs"])))
        #expect(steps.map(\.gap?.after) == [.start, try Self.id(7)])
        let told = lost.takeOpenGap()
        #expect(told == nil)
        var empty = CatchUp(jobs, after: .start, lost: try Self.id(7), leaving: none)
        let untold = empty.takeOpenGap()
        #expect(try untold == Self.id(7))
    }

    @Test("A subscription in one domain hears of that domain only")
    func domains() throws {
        var set = SubscriptionSet()
        set.add([Subscription(channel: "jobs", domain: "a")], since: .start)
        #expect(set.channel(of: try Self.event(1, ["jobs"], domain: "a")) == "jobs")
        #expect(set.channel(of: try Self.event(1, ["jobs"], domain: "b")) == nil)
        set.remove(["jobs"], domain: "b")
        #expect(!set.isEmpty)
        set.remove(["jobs"], domain: nil)
        #expect(set.isEmpty)
    }

    @Test("Order of events, and what a log that began anew looks like")
    func order() throws {
        let place = try #require(EventID("1000-50"))
        for (text, order) in [
            ("1000-51", EventOrder.follows), ("2000-51", .follows), ("1000-50", .known), ("900-49", .known),
            ("1000-52", .unknown), ("999-1000", .unknown), ("999-51", .unknown),
        ] {
            #expect(EventOrder(of: try #require(EventID(text)), after: place) == order, "\(text)")
        }
    }
}
