import AsyncPrimitives
import Testing

@Suite(.timeLimit(.minutes(1))) struct RetryingTests {
    private struct Fault: Error, Equatable {
        let number: Int
    }

    private static let atOnce = ExponentialBackoff.constant(.zero)

    @Test func itIsTriedUntilItSucceeds() async throws {
        var tried = 0
        var failed: [Int] = []
        let result = try await retrying(Self.atOnce) {
            tried += 1
            if tried < 4 { throw Fault(number: tried) }
            return tried
        } onFailure: {
            failed.append($0.number)
            return $0.delay
        }
        #expect(result == 4 && failed == [1, 2, 3])
    }

    @Test func theLastFaultIsTold() async {
        var tried = 0
        await #expect(throws: Fault(number: 3)) {
            try await retrying(Self.atOnce, attempts: 3) {
                tried += 1
                throw Fault(number: tried)
            }
        }
    }

    @Test func whatWillNotPassIsNotTriedAgain() async {
        var tried = 0
        await #expect(throws: Fault(number: 1)) {
            try await retrying(Self.atOnce) {
                tried += 1
                throw Fault(number: tried)
            } onFailure: { _ in
                nil
            }
        }
        #expect(tried == 1)
        struct Other: Error {}
        await #expect(throws: Other.self) {
            try await retrying(Self.atOnce) {
                throw Fault(number: 1)
            } onFailure: { _ in
                throw Other()
            }
        }
    }

    @Test func theDelayGrowsWithTheFailures() async throws {
        let backoff = ExponentialBackoff(first: .seconds(1), maximum: .seconds(4), jitter: 1...1)
        var delays: [Duration] = []
        try await retrying(backoff) {
            if delays.count < 4 { throw Fault(number: 1) }
        } onFailure: {
            delays.append($0.delay)
            return .zero
        }
        #expect(delays == [.seconds(1), .seconds(2), .seconds(4), .seconds(4)])
    }

    @Test func cancellationEndsTheWaitAndTheTrying() async throws {
        let waits = AsyncEvent()
        let waiting = Task {
            try await retrying(.constant(.seconds(3_600))) {
                throw Fault(number: 1)
            } onFailure: {
                waits.set()
                return $0.delay
            }
        }
        try await waits.wait()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        let tries = AsyncEvent()
        let trying = Task {
            try await retrying(Self.atOnce) {
                tries.set()
                while !Task.isCancelled { await Task.yield() }
                throw Fault(number: 2)
            }
        }
        try await tries.wait()
        trying.cancel()
        await #expect(throws: CancellationError.self) { try await trying.value }
    }
}
