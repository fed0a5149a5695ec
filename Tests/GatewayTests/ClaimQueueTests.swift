import Testing

@testable import Gateway

/// Who is woken when something becomes ready, and who is left asleep.
@Suite struct ClaimQueueTests {
    /// A claim as the hub sees it: its ticket, and what it is told.
    private final class Sleeper {
        let id: UInt64
        private var wakes: AsyncStream<UInt64?>.Iterator

        init(_ queue: inout ClaimQueue, _ agent: String, domain: String = "d") {
            let (stream, wake) = AsyncStream.makeStream(of: UInt64?.self, bufferingPolicy: .bufferingNewest(1))
            id = queue.enter(owner: "o", domain: domain, agentID: agent, wake: wake)
            wakes = stream.makeAsyncIterator()
        }

        /// How far its turn may be passed on; waits until it is woken.
        func turn() async -> UInt64?? { await wakes.next() }
    }

    @Test func oneIsWokenForOneTaskInTheOrderOfComing() async {
        var queue = ClaimQueue()
        let sleepers = ["a", "b", "c"].map { Sleeper(&queue, $0) }
        for sleeper in sleepers { _ = queue.rest(sleeper.id) }
        queue.ready(owner: "o", domain: "d", agentID: nil)
        queue.ready(owner: "o", domain: "d", agentID: nil)
        #expect(await sleepers[0].turn() == .some(3))
        #expect(await sleepers[1].turn() == .some(3))
        // The third was not: it is the first that a next message wakes.
        queue.ready(owner: "o", domain: "d", agentID: nil)
        #expect(await sleepers[2].turn() == .some(3))
    }

    @Test func aTurnIsPassedOnToThoseWhoWaitedBefore() async {
        var queue = ClaimQueue()
        let (first, second) = (Sleeper(&queue, "a"), Sleeper(&queue, "b"))
        for sleeper in [first, second] { _ = queue.rest(sleeper.id) }
        queue.ready(owner: "o", domain: "d", agentID: nil)
        #expect(await first.turn() == .some(2))
        let late = Sleeper(&queue, "c")
        _ = queue.rest(late.id)
        queue.pass(after: first.id, upTo: 2)
        #expect(await second.turn() == .some(2))
        // Nobody is left who waited before: the turn ends, and the late one sleeps on until its own.
        queue.pass(after: second.id, upTo: 2)
        queue.wake(late.id)
        #expect(await late.turn() == .some(nil))
    }

    @Test func aTaskInAQueueWakesItsAgentOnly() async {
        var queue = ClaimQueue()
        let (first, second) = (Sleeper(&queue, "a"), Sleeper(&queue, "b"))
        for sleeper in [first, second] { _ = queue.rest(sleeper.id) }
        queue.ready(owner: "o", domain: "d", agentID: "b")
        #expect(await second.turn() == .some(nil))
        queue.ready(owner: "o", domain: "d", agentID: nil)
        #expect(await first.turn() == .some(2))
    }

    @Test func otherSpacesAreNotWoken() async {
        var queue = ClaimQueue()
        let (here, there) = (Sleeper(&queue, "a"), Sleeper(&queue, "a", domain: "e"))
        for sleeper in [here, there] { _ = queue.rest(sleeper.id) }
        queue.ready(owner: "o", domain: "e", agentID: nil)
        #expect(await there.turn() == .some(2))
        queue.wakeAll()
        #expect(await here.turn() == .some(nil))
    }

    @Test func afterTheCloseNobodyWaits() async {
        var queue = ClaimQueue()
        let sleeper = Sleeper(&queue, "a")
        let sleeps = queue.rest(sleeper.id)
        #expect(sleeps)
        queue.close()
        #expect(await sleeper.turn() == .some(nil))
        let sleepsAgain = queue.rest(sleeper.id)
        #expect(!sleepsAgain)
        queue.leave(sleeper.id)
        #expect(queue.count == 0)
    }
}
