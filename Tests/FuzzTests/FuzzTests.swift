import NovaContract
import NovaTestKit
import Testing

@testable import FuzzKit

@Suite(.timeLimit(.minutes(8))) struct FuzzTests {
    @Test("a minute of wrong requests ends nothing, and is answered as the documents say")
    func aMinute() async throws {
        var run = FuzzRun()
        run.seed = 14
        run.duration = 60
        let report = try await run.run()
        #expect(report.failures == [])
        #expect(report.requests > 1_000)
        #expect(report.messages > 50)
    }
}

/// What makes a failing request small, without a server.
@Suite struct ShrinkerTests {
    @Test("what a failure does not need is taken away")
    func shrinks() async {
        let body: JSONValue = ["a": [1, 2, ["bad": 1, "good": 2]], "b": ["c": "d"], "e": [1, 1, 1, 1]]
        let request = FuzzRequest(
            method: "POST",
            path: "/x",
            query: [.init(name: "q", value: "1")],
            headers: [.init(name: "H", value: "v")],
            body: FuzzValue(body)
        )
        let smallest = await Shrinker().smallest(of: request) { candidate in
            candidate.body.map { String(decoding: $0.bytes, as: UTF8.self).contains("\"bad\"") } ?? false
        }
        #expect(smallest.query.isEmpty && smallest.headers.isEmpty)
        #expect(smallest.body.map { String(decoding: $0.bytes, as: UTF8.self) } == #"{"a":[{"bad":1}]}"#)
    }

    @Test("the same seed makes the same requests")
    func repeats() {
        var (first, second) = (SplitMix64(seed: 3), SplitMix64(seed: 3))
        for _ in 0..<1_000 { #expect(HostileValues.any(&first) == HostileValues.any(&second)) }
    }

    @Test("each place of a value can be read, changed and taken out")
    func places() {
        let value = FuzzValue(["a": [1, ["b": nil]], "c": "d"])
        for place in value.places().dropFirst() {
            var changed = value
            changed[place] = .raw(Array("!".utf8))
            #expect(changed[place] == .raw(Array("!".utf8)))
            #expect(value.without(place).places().count < value.places().count)
        }
    }
}
