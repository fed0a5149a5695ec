import AsyncPrimitives
import Foundation
import NovaContract
import Testing

@testable import LLMClient

/// What the client is made of, without a socket.
@Suite struct PartsTests {
    @Test func eventsAreFoundHoweverTheyAreCut() {
        let text = ": comment\ndata: one\n\ndata: two\r\ndata: lines\r\n\r\nevent: x\ndata:three\n\ndata: unfinished"
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            var events = ServerSentEvents()
            var found: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += events.take(bytes[start..<min(start + size, bytes.count)]).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(found == ["one", "two\nlines", "three"], "in pieces of \(size)")
        }
    }

    @Test func aBreakerOpensAndTriesAgain() {
        let start = ContinuousClock.now
        var breaker = CircuitBreaker(
            threshold: 2,
            backoff: ExponentialBackoff(first: .seconds(1), maximum: .seconds(3), jitter: 1...1)
        )
        #expect(breaker.admit(start) == nil)
        breaker.failed(start)
        // A success in between forgets the failure.
        breaker.succeeded()
        breaker.failed(start)
        #expect(breaker.admit(start) == nil)
        breaker.failed(start)
        #expect(breaker.admit(start) == start + .seconds(1))
        // One trial, and nobody beside it.
        let later = start + .seconds(1)
        #expect(breaker.admit(later) == nil)
        #expect(breaker.admit(later) != nil)
        #expect(breaker.closedUntil(later) != nil)
        breaker.failed(later)
        #expect(breaker.closedUntil(later) == later + .seconds(2))
        let third = later + .seconds(2)
        #expect(breaker.admit(third) == nil)
        breaker.failed(third)
        // Not longer than the longest.
        #expect(breaker.closedUntil(third) == third + .seconds(3))
        // A trial that says nothing lets another begin.
        let fourth = third + .seconds(3)
        #expect(breaker.admit(fourth) == nil)
        breaker.undecided(fourth)
        #expect(breaker.admit(fourth) == nil)
        breaker.succeeded()
        #expect(breaker.admit(fourth) == nil)
        #expect(breaker.closedUntil(fourth) == nil)
    }

    @Test func retryAfterIsSecondsOrADate() throws {
        let now = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryAfter.duration("2", now: now) == .seconds(2))
        #expect(RetryAfter.duration(" 0.5 ", now: now) == .milliseconds(500))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:47 GMT", now: now) == .seconds(10))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:27 GMT", now: now) == .zero)
        #expect(RetryAfter.duration("1e9", now: now) == .seconds(3_600))
        for text in [nil, "", "soon", "nan"] { #expect(RetryAfter.duration(text, now: now) == nil) }
    }

    @Test func aRequestIsMadeAgainWhereThatMayHelpInTime() {
        func delay(_ error: any Error, within time: Duration = .seconds(60)) -> Duration? {
            LLMClient.delay(after: FailedAttempt(error: error, number: 1, delay: .seconds(2)), .now + time)
        }
        #expect(delay(LLMError.server(status: 500, "")) == .seconds(2))
        // What the server asks for, where that is longer.
        #expect(delay(LLMError.limited("", retryAfter: .seconds(9))) == .seconds(9))
        #expect(delay(LLMError.limited("", retryAfter: .seconds(1))) == .seconds(2))
        #expect(delay(LLMError.limited("", retryAfter: .seconds(9)), within: .seconds(5)) == nil)
        #expect(delay(LLMError.refused(status: 400, "")) == nil)
        #expect(delay(LLMError.open(until: .now)) == nil && delay(LLMError.overdue("")) == nil)
        #expect(delay(CancellationError()) == nil)
    }

    @Test func aStreamThatStopsIsNoAnswer() throws {
        var stream = ChatStream()
        let text = try stream.take(Array(#"{"choices":[{"delta":{"content":"a"}}]}"#.utf8))
        #expect(text == "a")
        #expect(throws: LLMError.self) { try stream.finish() }
        _ = try stream.take(Array("[DONE]".utf8))
        #expect(try stream.finish().content == "a")
    }

    @Test func aFaultInTheStreamIsTheServers() {
        var stream = ChatStream()
        #expect(throws: LLMError.server(status: 200, "out of memory")) {
            try stream.take(Array(#"{"error":{"message":"out of memory"}}"#.utf8))
        }
    }
}
