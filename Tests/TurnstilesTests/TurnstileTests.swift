import Synchronization
import Testing
import Turnstiles

/// So many at a time, in their order, and nobody is left standing.
@Suite(.timeLimit(.minutes(1))) struct TurnstileTests {
    @Test(arguments: [1, 3]) func noMoreThanThereArePlaces(_ places: Int) async throws {
        let turnstile = Turnstile(places: places)
        let inside = Inside()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await turnstile.pass {
                        inside.enter()
                        await Task.yield()
                        inside.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.most <= places && inside.most >= 1 && inside.all == 200)
    }

    @Test func whoeverIsCancelledWhileItWaitsGoesAndTheOthersComeThrough() async throws {
        let turnstile = Turnstile()
        let (release, releaser) = AsyncStream.makeStream(of: Void.self)
        let (entered, enterer) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await turnstile.pass {
                enterer.yield()
                for await _ in release { break }
            }
        }
        for await _ in entered { break }
        let waiting = (0..<20).map { number in
            Task { try await turnstile.pass { number } }
        }
        for task in waiting where task != waiting.last { task.cancel() }
        for task in waiting.dropLast() {
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
        releaser.yield()
        try await first.value
        #expect(try await waiting.last?.value == 19)
        // An error inside lets the next one through too.
        struct Fault: Error {}
        await #expect(throws: Fault.self) { try await turnstile.pass { throw Fault() } }
        #expect(try await turnstile.pass { 1 } == 1)
    }
}

/// How many are inside.
private final class Inside: Sendable {
    private let counts = Mutex((now: 0, most: 0, all: 0))

    var most: Int { counts.withLock { $0.most } }
    var all: Int { counts.withLock { $0.all } }

    func enter() {
        counts.withLock {
            $0.now += 1
            $0.all += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() { counts.withLock { $0.now -= 1 } }
}
