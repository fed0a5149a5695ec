import Testing

@testable import KafkaClient

@Suite("Calls that wait for an answer", .timeLimit(.minutes(1)))
struct PendingCallsTests {
    @Test("An answer that comes before the call has begun to wait is not lost")
    func early() async throws {
        let calls = PendingCalls<Int>()
        #expect(try await calls.call { calls.finish([($0, .success(7))]) } == 7)
    }

    @Test("A call that cannot begin fails, once")
    func refused() async {
        let calls = PendingCalls<Int>()
        await #expect(throws: KafkaError.self) {
            try await calls.call { _ throws(KafkaError) in throw .invalid("no") }
        }
    }

    @Test("After the end, pending and later calls fail")
    func end() async {
        let calls = PendingCalls<Int>()
        await #expect(throws: KafkaError.self) {
            try await calls.call { _ in calls.end(pending: .closed("over"), later: .closed("gone")) }
        }
        await #expect(throws: KafkaError.self) { try await calls.call { _ in Issue.record("begun after the end") } }
    }

    @Test("Only calls whose deadline has passed expire")
    func expire() async throws {
        let calls = PendingCalls<Int>()
        let now = ContinuousClock.now
        let error = await #expect(throws: KafkaError.self) {
            try await calls.call(deadline: now) { _ in calls.expire(now: now, error: .timedOut("late")) }
        }
        #expect(error?.message == "late")
        let answer = try await calls.call(deadline: now + .seconds(60)) { id in
            calls.expire(now: now, error: .timedOut("late"))
            calls.finish([(id, .success(1))])
        }
        #expect(answer == 1)
    }

    @Test("Cancelled calls end, whoever is first: the canceller, the answer, the end", arguments: 0..<20)
    func storm(_: Int) async {
        let calls = PendingCalls<Int>()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    _ = try? await calls.call { id in
                        if number.isMultiple(of: 3) { calls.finish([(id, .success(1))]) }
                    }
                }
            }
            group.addTask { calls.end(pending: .closed("over"), later: .closed("gone")) }
            group.cancelAll()
        }
    }

    @Test("A cancelled task begins nothing")
    func cancelledBefore() async {
        let calls = PendingCalls<Int>()
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await calls.call { _ in Issue.record("begun") }
                }
            }
        }
    }
}
