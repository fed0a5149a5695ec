import AsyncPrimitives
import Testing

@testable import Gateway
@testable import WorkPool

/// Who is woken when something becomes ready, and who is left asleep.
@Suite struct ClaimQueueTests {
    /// The queue behind a reference, and what its claims are told.
    private final class Subject {
        private var queue = ClaimQueue()
        private var wakes: [UInt64: AsyncSignal] = [:]

        var count: Int { queue.count }

        /// A claim that has asked once and got nothing.
        func sleeper(_ agent: String = "a", domain: String = "d") -> UInt64 {
            let id = asking(agent, domain: domain)
            _ = queue.rest(id)
            return id
        }

        func asking(_ agent: String = "a", domain: String = "d") -> UInt64 {
            let wake = AsyncSignal()
            let id = queue.enter(owner: "o", domain: domain, agentID: agent, wake: wake)
            wakes[id] = wake
            queue.ask(id)
            return id
        }

        /// Whether it would not sleep: it was woken, or given a turn while it asked.
        func isAwake(_ id: UInt64) -> Bool { !queue.rest(id) }
        /// Returns when it was woken.
        func woken(_ id: UInt64) async { await wakes[id]?.wait() }
        func ready(_ agent: String? = nil, domain: String = "d") {
            queue.ready(owner: "o", domain: domain, agentID: agent)
        }
        func ask(_ id: UInt64) { queue.ask(id) }
        func pass(_ id: UInt64) { queue.pass(id) }
        func leave(_ id: UInt64, isServed: Bool) { queue.leave(id, isServed: isServed) }
        func wakeAll() { queue.wakeAll() }
        func close() { queue.close() }
    }

    @Test func oneIsWokenForOneTaskInTheOrderOfComing() async {
        let queue = Subject()
        let claims = (0..<3).map { _ in queue.sleeper() }
        queue.ready()
        queue.ready()
        await queue.woken(claims[0])
        await queue.woken(claims[1])
        #expect(claims.map(queue.isAwake) == [true, true, false])
        queue.ready()
        await queue.woken(claims[2])
    }

    @Test func aTurnThatBroughtNothingIsPassedOnToThoseWhoWaitedBefore() async {
        let queue = Subject()
        let (first, second) = (queue.sleeper(), queue.sleeper())
        queue.ready()
        let late = queue.sleeper()
        await queue.woken(first)
        queue.ask(first)
        queue.pass(first)
        await queue.woken(second)
        queue.ask(second)
        queue.pass(second)
        #expect([first, second, late].map(queue.isAwake) == [false, false, false])
    }

    /// What becomes ready while a claim asks may have come too late for it: it asks again.
    @Test func aTurnGivenWhileAskingIsNotLost() {
        let queue = Subject()
        let claim = queue.asking()
        queue.ready()
        queue.pass(claim)
        #expect(queue.isAwake(claim))
    }

    @Test(arguments: [true, false]) func whoLeavesHandsOnWhatItDidNotUse(isServed: Bool) {
        let queue = Subject()
        let (first, second) = (queue.sleeper(), queue.sleeper())
        queue.ready()
        queue.ask(first)
        queue.leave(first, isServed: isServed)
        #expect(queue.isAwake(second) == !isServed)
        let (third, fourth) = (queue.asking(), queue.asking())
        queue.leave(second, isServed: false)
        queue.ready()
        // Its asking brought something else: the turn it was given meanwhile is the next one's.
        queue.leave(third, isServed: true)
        #expect(queue.isAwake(fourth))
    }

    @Test func aTaskInAQueueWakesItsAgentOnly() async {
        let queue = Subject()
        let (first, second) = (queue.sleeper("a"), queue.sleeper("b"))
        queue.ready("b")
        await queue.woken(second)
        #expect(!queue.isAwake(first))
        // Nobody else could use that turn.
        queue.ask(second)
        queue.pass(second)
        #expect(!queue.isAwake(first))
    }

    @Test func otherSpacesAreNotWoken() async {
        let queue = Subject()
        let (here, there) = (queue.sleeper(), queue.sleeper(domain: "e"))
        queue.ready(domain: "e")
        await queue.woken(there)
        #expect(!queue.isAwake(here))
        queue.wakeAll()
        await queue.woken(here)
    }

    @Test func afterTheCloseNobodyWaits() async {
        let queue = Subject()
        let claim = queue.sleeper()
        queue.close()
        await queue.woken(claim)
        #expect(queue.isAwake(claim))
        queue.leave(claim, isServed: false)
        #expect(queue.count == 0)
    }
}
