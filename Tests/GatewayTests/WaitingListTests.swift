import NovaContract
import Testing

@testable import Gateway

@Suite("Waiting list")
struct WaitingListTests {
    private let now = ContinuousClock.now
    private var soon: ContinuousClock.Instant { now + .seconds(1) }
    private let ending = JobEnding.failed("a", NovaError(.conflict, "cancelled"))

    private func registered(
        _ job: String,
        _ list: inout WaitingList<Int>,
        until deadline: ContinuousClock.Instant
    ) throws -> WaitingList<Int>.Token {
        let token = list.register(job, "owner", until: deadline)
        return try #require(token)
    }

    private func list(capacity: Int = 10) -> WaitingList<Int> { WaitingList(capacity: capacity) }

    @Test("a reply wakes the one who waits, once")
    func wakes() throws {
        var list = list()
        let token = try registered("a", &list, until: soon)
        guard case .waits = list.wait(token, 7, now: now) else { return #expect(Bool(false), "must wait") }
        let woken = list.end("a", ending)
        #expect(woken.map(\.wakeup) == [7])
        #expect(woken.first?.ending == ending)
        #expect(list.end("a", ending).isEmpty)
        #expect(list.remove(token) == nil)
        #expect(list.count == 0)
    }

    @Test("a reply that comes before the wait is kept for it")
    func early() throws {
        var list = list()
        let token = try registered("a", &list, until: soon)
        #expect(list.end("a", ending).isEmpty)
        #expect(list.jobs.isEmpty)
        guard case .ended(ending) = list.wait(token, 7, now: now) else { return #expect(Bool(false), "must be known") }
        #expect(list.count == 0)
    }

    @Test("several requests can wait for one job")
    func several() throws {
        var list = list()
        for wakeup in 1...3 {
            let token = try registered("a", &list, until: soon)
            _ = list.wait(token, wakeup, now: now)
        }
        #expect(list.end("a", ending).map(\.wakeup).sorted() == [1, 2, 3])
    }

    @Test("time over: woken without an ending, the others wait on")
    func expires() throws {
        var list = list()
        let first = try registered("a", &list, until: soon)
        let second = try registered("b", &list, until: soon + .seconds(5))
        _ = list.wait(first, 1, now: now)
        _ = list.wait(second, 2, now: now)
        let woken = list.expire(now: soon)
        #expect(woken.map(\.wakeup) == [1])
        #expect(woken.first?.ending == nil)
        #expect(list.jobs.map(\.id) == ["b"])
    }

    @Test("a wait that begins too late, or after the removal, is over at once")
    func late() throws {
        var list = list()
        let token = try registered("a", &list, until: soon)
        guard case .over = list.wait(token, 1, now: soon) else { return #expect(Bool(false), "must be over") }
        let removed = try registered("a", &list, until: soon)
        #expect(list.remove(removed) == nil)
        guard case .over = list.wait(removed, 1, now: now) else { return #expect(Bool(false), "must be over") }
    }

    @Test("full or closed: nobody is taken in; closing wakes all")
    func bounds() throws {
        var list = list(capacity: 2)
        let first = try registered("a", &list, until: soon)
        let second = try registered("b", &list, until: soon)
        #expect(list.register("c", "owner", until: soon) == nil)
        _ = list.wait(first, 1, now: now)
        #expect(list.close().map(\.wakeup) == [1])
        guard case .over = list.wait(second, 2, now: now) else { return #expect(Bool(false), "must be over") }
        #expect(list.register("d", "owner", until: soon) == nil)
    }
}
