import KafkaClient
import Testing

@testable import WorkerRuntime

/// A partition that is given up is left by what runs of it first.
@Suite(.timeLimit(.minutes(1))) struct LeavingTests {
    private static let place = KafkaTopicPartition(topic: "t", partition: 0)

    private func begun() async throws -> (Lanes, Lanes.Begin) {
        let lanes = Lanes(limit: 2, backlog: 10, backlogBytes: .max)
        lanes.assign([Self.place])
        lanes.enqueue(KafkaMessage(topic: "t", partition: 0, offset: 1, key: nil, value: []), lane: "a")
        let begin = try #require(await lanes.begins.first { _ in true })
        return (lanes, begin)
    }

    @Test func itIsWaitedForUntilTheLastHasEnded() async throws {
        let (lanes, begin) = try await begun()
        _ = lanes.remove([Self.place])
        #expect(begin.signal.reason == .handedOver)
        let order = AsyncStream.makeStream(of: String.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await lanes.waitUntilLeft([Self.place], atMost: .seconds(600))
                order.continuation.yield("left")
            }
            group.addTask {
                for _ in 0..<1_000 { await Task.yield() }
                order.continuation.yield("ended")
                _ = lanes.finish(begin.entry, begin.signal, .givenBack)
            }
        }
        order.continuation.finish()
        let seen = await order.stream.reduce(into: []) { $0.append($1) }
        #expect(seen == ["ended", "left"])
    }

    @Test func itIsNotWaitedForForEver() async throws {
        let (lanes, _) = try await begun()
        await lanes.waitUntilLeft([Self.place], atMost: .milliseconds(1))
    }

    @Test func nothingThatRunsIsNothingToWaitFor() async throws {
        let (lanes, begin) = try await begun()
        _ = lanes.finish(begin.entry, begin.signal, .finished)
        await lanes.waitUntilLeft([Self.place], atMost: .seconds(600))
    }
}
