import AsyncPrimitives
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResourceTests {
    private struct UseFault: Error {}
    private struct CloseFault: Error {}

    @Test func itIsClosedAfterTheUse() async throws {
        let closed = AsyncEvent()
        let result = try await withResource(1, close: { _ in closed.set() }) { resource in
            #expect(!closed.isSet)
            return resource + 1
        }
        #expect(result == 2 && closed.isSet)
    }

    @Test func itIsClosedAfterAFaultAndTheFaultOfTheUseIsTold() async {
        let closed = AsyncEvent()
        await #expect(throws: UseFault.self) {
            try await withResource(1) { _ in
                closed.set()
                throw CloseFault()
            } use: { _ in
                throw UseFault()
            }
        }
        #expect(closed.isSet)
        await #expect(throws: CloseFault.self) {
            try await withResource(1, close: { _ in throw CloseFault() }, use: { _ in })
        }
    }

    @Test func theCloseOfACancelledTaskIsNotCancelled() async throws {
        let (used, closed) = (AsyncEvent(), AsyncEvent())
        let task = Task {
            try await withResource(1) { _ in
                try Task.checkCancellation()
                closed.set()
            } use: { _ in
                used.set()
                try await AsyncEvent().wait()
            }
        }
        try await used.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(closed.isSet)
    }
}
