import AsyncPrimitives
import Testing

@Suite(.timeLimit(.minutes(1))) struct AsyncEventTests {
    @Test func whoComesBeforeAndAfterGoesOn() async throws {
        let event = AsyncEvent()
        let waiting = (0..<50).map { _ in Task { try await event.wait() } }
        #expect(!event.isSet)
        #expect(event.set())
        #expect(!event.set())
        #expect(event.isSet)
        for task in waiting { try await task.value }
        try await event.wait()
        try await event.wait(upTo: .zero)
        await event.waitIgnoringCancellation()
    }

    @Test func aCancelledTaskWaitsNoLonger() async throws {
        let event = AsyncEvent()
        let task = Task { try await event.wait() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // For what has happened there is nothing to wait.
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            try await event.wait()
        }
        event.set()
        late.cancel()
        try await late.value
    }

    @Test func cancellationMayBeIgnored() async throws {
        let event = AsyncEvent()
        let (isAbout, isOver) = (AsyncEvent(), AsyncEvent())
        let task = Task {
            isAbout.set()
            await event.waitIgnoringCancellation()
            isOver.set()
        }
        try await isAbout.wait()
        task.cancel()
        for _ in 0..<100 { await Task.yield() }
        #expect(!isOver.isSet)
        event.set()
        await task.value
        #expect(isOver.isSet)
    }

    @Test func timeMayBeOver() async throws {
        let event = AsyncEvent()
        await #expect(throws: DeadlineExceeded.self) { try await event.wait(upTo: .milliseconds(1)) }
        event.set()
        try await event.wait(upTo: .milliseconds(1))
    }

    /// Set while tasks come and go: each goes on, or was cancelled.
    @Test(arguments: 1...20) func nobodyIsLeftInARace(seed: UInt64) async throws {
        var numbers = Numbers(seed: seed)
        let event = AsyncEvent()
        let tasks = (0..<300).map { _ in
            let isCancelled = Bool.random(using: &numbers)
            return (isCancelled, Task { try await event.wait() })
        }
        let setter = Task { [yields = Int.random(in: 0...50, using: &numbers)] in
            for _ in 0..<yields { await Task.yield() }
            return event.set()
        }
        for (isCancelled, task) in tasks where isCancelled {
            if Bool.random(using: &numbers) { await Task.yield() }
            task.cancel()
        }
        for (isCancelled, task) in tasks where !isCancelled { try await task.value }
        for (_, task) in tasks { _ = await task.result }
        #expect(await setter.value)
    }
}
