import Testing

@testable import NovaClient

struct RetryPolicyTests {
    private let policy = RetryPolicy(
        maximumAttempts: 3,
        firstPause: .milliseconds(100),
        maximumPause: .milliseconds(300),
        maximumRetryAfter: .seconds(10)
    )

    @Test func `What may pass is sent again, up to the last attempt`() {
        for fault in [RetryPolicy.Fault.connection, .status(429, retryAfter: nil), .status(503, retryAfter: nil)] {
            for attempt in 1...2 { #expect(policy.pause(after: fault, attempt: attempt) != nil) }
            #expect(policy.pause(after: fault, attempt: 3) == nil)
            #expect(RetryPolicy.never.pause(after: fault, attempt: 1) == nil)
        }
    }

    @Test(arguments: [
        RetryPolicy.Fault.other, .status(400, retryAfter: nil), .status(409, retryAfter: .seconds(1)),
        .status(500, retryAfter: nil),
    ])
    func `What will be the same again is not`(fault: RetryPolicy.Fault) {
        #expect(policy.pause(after: fault, attempt: 1) == nil)
    }

    @Test func `Pauses double, with jitter, up to their bound`() {
        for (attempt, bound) in [(1, 100), (2, 200), (3, 300), (1_000, 300)] {
            for _ in 0..<100 {
                let pause = policy.backoff(attempt)
                #expect(pause >= .milliseconds(bound) / 2 && pause <= .milliseconds(bound))
            }
        }
    }

    @Test func `Retry-After is the least, and too long a one is not waited for`() {
        #expect(policy.pause(after: .status(429, retryAfter: .seconds(10)), attempt: 1) == .seconds(10))
        #expect(policy.pause(after: .status(429, retryAfter: .seconds(11)), attempt: 1) == nil)
        let none = policy.pause(after: .status(503, retryAfter: .zero), attempt: 1) ?? .zero
        #expect(none >= .milliseconds(50))
    }

    @Test func `An error is the fault that its kind is`() {
        #expect(RetryPolicy.Fault(.unreachable("gone")) == .connection)
        #expect(RetryPolicy.Fault(.invalidAnswer(status: 502, reason: "")) == .status(502, retryAfter: nil))
        // Whether it was carried out is not known, and it took long already.
        #expect(RetryPolicy.Fault(.timedOut(.seconds(90))) == .other)
    }

    @Test func `Only what cannot happen twice is repeatable`() {
        #expect(NovaClient.Method.get.isSafe && NovaClient.Method.head.isSafe)
        #expect(!NovaClient.Method.put.isSafe && !NovaClient.Method.delete.isSafe)
        #expect(!NovaClient.RequestOptions().isRepeatable)
        #expect(NovaClient.RequestOptions(idempotencyKey: "k").isRepeatable)
        #expect(NovaClient.RequestOptions(headers: [("idempotency-key", "k")]).isRepeatable)
    }
}
