import AsyncPrimitives
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
    private struct Fault: Error {}

    @Test func whatIsInTimeIsTheResult() async throws {
        #expect(try await withDeadline(.seconds(3_600)) { 1 } == 1)
        await #expect(throws: Fault.self) { try await withDeadline(.seconds(3_600)) { throw Fault() } }
    }

    @Test func pastTheDeadlineTheBodyIsCancelledAndWaitedFor() async throws {
        let isOver = AsyncEvent()
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(.milliseconds(1)) {
                defer { isOver.set() }
                try await AsyncEvent().wait()
            }
        }
        #expect(isOver.isSet)
    }

    @Test func aDeadlineThatIsOverCancelsAtOnce() async throws {
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(until: .now - .seconds(1)) { try await AsyncEvent().wait() }
        }
    }

    @Test func cancellationOfTheCallerIsNoDeadline() async throws {
        let begun = AsyncEvent()
        let task = Task {
            try await withDeadline(.seconds(3_600)) {
                begun.set()
                try await AsyncEvent().wait()
            }
        }
        try await begun.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
