import NIOCore
import Testing

@testable import RedisClient

struct PipelineTests {
    private var pipeline = Pipeline<String>(maxPending: 4, maxPendingBytes: 1000)
    private let later = NIODeadline.uptimeNanoseconds(1_000)

    private mutating func submit(_ name: String, count: Int = 1, deadline: NIODeadline? = nil) throws -> UInt64? {
        let commands: [[RedisArgument]] = Array(repeating: ["GET", RedisArgument(name)], count: count)
        let request = try Request(count == 1 ? .one(commands[0]) : .several(commands))
        return pipeline.submit(request, waiter: name, deadline: deadline ?? later)
    }

    @Test mutating func `Replies go to the waiters in the order of submission`() throws {
        _ = try submit("a")
        _ = try submit("b", count: 2)
        #expect(pipeline.takeOutgoing() != nil)
        #expect(pipeline.takeOutgoing() == nil)
        #expect(try pipeline.receive(.integer(1))?.waiter == "a")
        #expect(try pipeline.receive(.integer(2)) == nil)
        let completion = try #require(try pipeline.receive(.integer(3)))
        #expect(completion.waiter == "b")
        #expect(completion.outcome == .replies([.integer(2), .integer(3)]))
        #expect(pipeline.isEmpty)
        #expect(pipeline.pendingBytes == 0)
    }

    @Test mutating func `A reply to no command is a violation, also before anything was written`() throws {
        #expect(throws: RedisError.self) { try pipeline.receive(.null) }
        _ = try submit("a")
        #expect(throws: RedisError.self) { try pipeline.receive(.null) }
    }

    @Test mutating func `The reply of a cancelled command is discarded, and the next waiter gets its own`() throws {
        let first = try #require(try submit("a"))
        _ = try submit("b")
        _ = pipeline.takeOutgoing()
        #expect(pipeline.cancel(first) == "a")
        #expect(pipeline.cancel(first) == nil)
        #expect(try pipeline.receive(.integer(1)) == nil)
        #expect(try pipeline.receive(.integer(2))?.waiter == "b")
        #expect(pipeline.cancel(first) == nil)
    }

    @Test mutating func `Bounds count what nobody waits for any more`() throws {
        let first = try #require(try submit("a", count: 2))
        _ = try submit("b", count: 2)
        _ = pipeline.cancel(first)
        #expect(try submit("c") == nil)
        _ = pipeline.takeOutgoing()
        _ = try pipeline.receive(.null)
        _ = try pipeline.receive(.null)
        #expect(try submit("c") != nil)
    }

    @Test mutating func `Deadlines expire each for itself`() throws {
        _ = try submit("a", deadline: .uptimeNanoseconds(10))
        _ = try submit("b", deadline: .uptimeNanoseconds(20))
        #expect(pipeline.earliestDeadline == .uptimeNanoseconds(10))
        let expired = pipeline.expire(now: .uptimeNanoseconds(10))
        #expect(expired.map(\.waiter) == ["a"])
        #expect(expired.first?.outcome == .failure(.deadlineExceeded(mayHaveBeenApplied: true), after: []))
        #expect(pipeline.earliestDeadline == .uptimeNanoseconds(20))
    }

    @Test mutating func `A lost connection tells what may have been applied`() throws {
        _ = try submit("a", count: 2)
        _ = pipeline.takeOutgoing()
        _ = try submit("b")
        _ = try pipeline.receive(.integer(1))
        let failed = pipeline.connectionLost()
        #expect(failed.map(\.waiter) == ["a", "b"])
        #expect(failed[0].outcome == .failure(.connectionLost(mayHaveBeenApplied: true), after: [.integer(1)]))
        #expect(failed[1].outcome == .failure(.connectionLost(mayHaveBeenApplied: false), after: []))
        #expect(pipeline.takeOutgoing() == nil)
        #expect(pipeline.pendingCommands == 0)
    }
}
