import AsyncPrimitives
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct AsyncSignalTests {
    @Test func manySignalsAreOne() async {
        let signal = AsyncSignal()
        for _ in 0..<10 { signal.signal() }
        #expect(await signal.wait())
        let next = Task { await signal.wait() }
        for _ in 0..<100 { await Task.yield() }
        next.cancel()
        #expect(await !next.value)
    }

    @Test func aSignalThatACancelledTaskDidNotGetStays() async {
        let signal = AsyncSignal()
        signal.signal()
        let cancelled = Task {
            while !Task.isCancelled { await Task.yield() }
            return await signal.wait()
        }
        cancelled.cancel()
        #expect(await !cancelled.value)
        #expect(await signal.wait())
    }

    @Test func theSequenceEndsWithItsTask() async {
        let signal = AsyncSignal()
        let wakes = Box()
        let isAwake = AsyncSignal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signal {
                    wakes.add()
                    isAwake.signal()
                }
            }
            for _ in 0..<3 {
                signal.signal()
                await isAwake.wait()
            }
            group.cancelAll()
        }
        #expect(wakes.take() == 3)
    }

    /// Work that many put into a box with a signal each is done to the last piece.
    @Test(arguments: 1...10) func noSignalIsLostInARace(seed: UInt64) async {
        let signal = AsyncSignal()
        let box = Box()
        let (tasks, pieces) = (50, 40)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var numbers = Numbers(seed: seed &* 1_000 &+ UInt64(task))
                    for _ in 0..<pieces {
                        if Bool.random(using: &numbers) { await Task.yield() }
                        box.add()
                        signal.signal()
                    }
                }
            }
            var done = 0
            while done < tasks * pieces {
                await signal.wait()
                done += box.take()
            }
            #expect(done == tasks * pieces)
        }
    }

    /// Waits that are cancelled just as a signal comes: it is had by one or the other.
    @Test func aSignalIsHadByTheCancelledOrByTheNext() async {
        for _ in 0..<500 {
            let signal = AsyncSignal()
            let first = Task { await signal.wait() }
            let canceller = Task { first.cancel() }
            signal.signal()
            if await !first.value { #expect(await signal.wait()) }
            await canceller.value
        }
    }
}

/// Pieces of work that wait.
private final class Box: Sendable {
    private let pieces = Mutex(0)

    func add() { pieces.withLock { $0 += 1 } }

    func take() -> Int {
        pieces.withLock { pieces in
            defer { pieces = 0 }
            return pieces
        }
    }
}
