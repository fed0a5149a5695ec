import NovaContract
import Testing

@testable import Gateway

@Suite("Requests in flight")
struct InFlightTests {
    @Test("all of a gateway together are bounded")
    func all() {
        let inFlight = InFlight(limit: 2)
        #expect([inFlight.enter(), inFlight.enter(), inFlight.enter()] == [true, true, false])
        inFlight.leave()
        #expect(inFlight.enter())
        #expect(inFlight.current == 2)
    }

    @Test("each key has its own bound, and those without a request are not remembered")
    func byKey() {
        let inFlight = InFlightByKey(limit: 2)
        #expect(["a", "a", "b", "a"].map(inFlight.enter) == [true, true, true, false])
        inFlight.leave("a")
        #expect(inFlight.enter("a"))
        for key in ["a", "a", "b"] { inFlight.leave(key) }
        #expect(inFlight.keyCount == 0)
    }

    @Test("a third export of one owner is told to come later, which no other owner is")
    func exports() throws {
        let transfers = MemoryTransfers()
        var held = [try transfers.enter("a"), try transfers.enter("a")]
        let error = #expect(throws: NovaError.self) { _ = try transfers.enter("a") }
        #expect(error?.code == .rateLimitExceeded && error?.retryAfter != nil)
        held.append(try transfers.enter("b"))
        // Whoever lets go of one makes room for the next, however that comes about.
        held.removeFirst()
        held.append(try transfers.enter("a"))
        #expect(throws: NovaError.self) { _ = try transfers.enter("a") }
    }
}
