import AsyncPrimitives
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AsyncSemaphoreTests {
    @Test(arguments: [1, 3]) func noMoreAreInsideThanThereArePermits(_ permits: Int) async throws {
        let semaphore = AsyncSemaphore(permits: permits)
        let inside = Inside()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await semaphore.withPermit {
                        inside.enter()
                        await Task.yield()
                        inside.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.most <= permits && inside.most >= 1 && inside.all == 200)
    }

    @Test func theOneThatHasWaitedLongestIsNext() async throws {
        let semaphore = AsyncSemaphore(permits: 1)
        let order = Order()
        let release = AsyncEvent()
        let first = try await holding(semaphore, until: release)
        var others: [Task<Void, any Error>] = []
        for number in 0..<20 {
            others.append(Task { try await semaphore.withPermit { order.append(number) } })
            await inLine(semaphore, number + 1)
        }
        release.set()
        try await first.value
        for other in others { try await other.value }
        #expect(order.numbers == Array(0..<20))
    }

    @Test func whoIsCancelledInLineLeavesItAndTheOthersComeThrough() async throws {
        let semaphore = AsyncSemaphore(permits: 1)
        let release = AsyncEvent()
        let first = try await holding(semaphore, until: release)
        let waiting = (0..<20).map { number in Task { try await semaphore.withPermit { number } } }
        await inLine(semaphore, 20)
        for task in waiting.dropLast() { task.cancel() }
        for task in waiting.dropLast() {
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
        #expect(semaphore.waiters == 1)
        release.set()
        try await first.value
        #expect(try await waiting.last?.value == 19)
    }

    @Test func aCancelledTaskTakesNoPermit() async throws {
        let semaphore = AsyncSemaphore(permits: 1)
        let begin = AsyncEvent()
        let task = Task {
            await begin.waitIgnoringCancellation()
            try await semaphore.withPermit { _ = Issue.record("it is cancelled") }
        }
        task.cancel()
        begin.set()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await semaphore.withPermit { 1 } == 1)
    }

    @Test func anErrorInsideGivesThePermitBack() async throws {
        struct Fault: Error {}
        let semaphore = AsyncSemaphore(permits: 1)
        await #expect(throws: Fault.self) { try await semaphore.withPermit { throw Fault() } }
        #expect(try await semaphore.withPermit { 1 } == 1)
    }

    @Test func aFullLineRefusesAtOnce() async throws {
        let semaphore = AsyncSemaphore(permits: 1, maximumWaiters: 2)
        let release = AsyncEvent()
        let first = try await holding(semaphore, until: release)
        let waiting = (0..<2).map { _ in Task { try await semaphore.withPermit {} } }
        await inLine(semaphore, 2)
        await #expect(throws: AsyncSemaphore.TooManyWaiters.self) { try await semaphore.withPermit {} }
        release.set()
        try await first.value
        for task in waiting { try await task.value }
        try await semaphore.withPermit {}
    }

    /// Tasks come, work, fail and are cancelled at random: no permit is lost, none is given twice, nobody is left standing.
    @Test(arguments: 1...20) func nothingIsLostInARace(seed: UInt64) async throws {
        var numbers = Numbers(seed: seed)
        let permits = Int.random(in: 1...4, using: &numbers)
        let semaphore = AsyncSemaphore(permits: permits)
        let inside = Inside()
        let tasks = (0..<300).map { _ in
            let yields = Int.random(in: 0...4, using: &numbers)
            return Task {
                try await semaphore.withPermit {
                    inside.enter()
                    defer { inside.leave() }
                    for _ in 0..<yields { await Task.yield() }
                    try Task.checkCancellation()
                }
            }
        }
        for task in tasks where Bool.random(using: &numbers) {
            if Bool.random(using: &numbers) { await Task.yield() }
            task.cancel()
        }
        for task in tasks { _ = await task.result }
        #expect(inside.most <= permits && inside.now == 0 && semaphore.waiters == 0)
        // All permits are there again: so many can be inside together.
        let all = AsyncEvent()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<permits {
                group.addTask {
                    try await semaphore.withPermit {
                        if inside.enter() == permits { all.set() }
                        try await all.wait()
                        inside.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func holding(_ semaphore: AsyncSemaphore, until release: AsyncEvent) async throws -> Task<Void, any Error> {
        let entered = AsyncEvent()
        let task = Task {
            try await semaphore.withPermit {
                entered.set()
                try await release.wait()
            }
        }
        try await entered.wait()
        return task
    }

    private func inLine(_ semaphore: AsyncSemaphore, _ count: Int) async {
        while semaphore.waiters < count { await Task.yield() }
    }
}

/// In which order tasks came through.
private final class Order: Sendable {
    private let all = Mutex<[Int]>([])

    var numbers: [Int] { all.withLock(\.self) }

    func append(_ number: Int) { all.withLock { $0.append(number) } }
}

/// How many are inside.
private final class Inside: Sendable {
    private let counts = Mutex((now: 0, most: 0, all: 0))

    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }
    var all: Int { counts.withLock { $0.all } }

    @discardableResult
    func enter() -> Int {
        counts.withLock {
            $0.now += 1
            $0.all += 1
            $0.most = max($0.most, $0.now)
            return $0.now
        }
    }

    func leave() { counts.withLock { $0.now -= 1 } }
}
