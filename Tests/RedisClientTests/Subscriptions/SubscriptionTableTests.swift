import Testing

@testable import RedisClient

struct SubscriptionTableTests {
    private var table = SubscriptionTable<String>(maxExpected: 100)

    private mutating func join(_ name: String, _ topics: String...) throws -> UInt64 {
        let scope = table.join(Set(topics.map(SubscriptionTopic.channel)), makeSink: { _ in name })
        return try #require(scope).id
    }

    private mutating func sent() -> [String] { table.takeOutgoing().map(text) }

    private func text(_ command: [RedisArgument]) -> String {
        command.map { argument in
            if case .text(let text) = argument.storage { text } else { "?" }
        }.joined(separator: " ")
    }

    private mutating func receive(_ kind: String, _ name: String, _ third: RedisValue = .integer(1)) throws -> [String]
    {
        try table.receive(.array([.bulk(Array(kind.utf8)), .bulk(Array(name.utf8)), third])).map { delivery in
            switch delivery.content {
            case .success(.subscribed): "\(delivery.sink) subscribed"
            case .success(.interrupted): "\(delivery.sink) interrupted"
            case .success(.message(let channel, _, _)): "\(delivery.sink) \(channel)"
            case .failure(let error): "\(delivery.sink) \(error)"
            }
        }.sorted()
    }

    private let payload = RedisValue.bulk([1])

    @Test mutating func `A channel is subscribed by the first scope and unsubscribed by the last`() throws {
        table.connected()
        let first = try join("first", "a")
        let second = try join("second", "a", "b")
        #expect(Set(sent()) == ["SUBSCRIBE a", "SUBSCRIBE b"])
        #expect(try receive("subscribe", "a") == ["first subscribed"])
        #expect(try receive("message", "a", payload) == ["first a"])
        #expect(try receive("subscribe", "b") == ["second subscribed"])
        #expect(try receive("message", "a", payload) == ["first a", "second a"])
        table.leave(first)
        #expect(sent().isEmpty)
        table.leave(second)
        #expect(Set(sent()) == ["UNSUBSCRIBE a", "UNSUBSCRIBE b"])
    }

    @Test mutating func `A scope that joins what is confirmed begins subscribed`() throws {
        table.connected()
        _ = try join("first", "a")
        _ = try receive("subscribe", "a")
        var begin: RedisSubscriptionEvent?
        _ = table.join(
            [.channel("a")],
            makeSink: {
                begin = $0; return "second"
            }
        )
        #expect(begin == .subscribed)
    }

    @Test mutating func `Left and joined again before the answer: the old answer is not taken for the new one`() throws
    {
        table.connected()
        let first = try join("first", "a")
        table.leave(first)
        _ = try join("second", "a")
        #expect(sent() == ["SUBSCRIBE a", "UNSUBSCRIBE a", "SUBSCRIBE a"])
        #expect(try receive("subscribe", "a").isEmpty)
        #expect(try receive("message", "a", payload).isEmpty)
        #expect(try receive("unsubscribe", "a").isEmpty)
        #expect(try receive("subscribe", "a") == ["second subscribed"])
    }

    @Test mutating func `After a loss those who were subscribed are told, and all is subscribed anew`() throws {
        table.connected()
        _ = try join("first", "a")
        _ = try receive("subscribe", "a")
        _ = try join("second", "b")
        _ = sent()
        #expect(table.disconnected("gone").map(\.sink) == ["first"])
        #expect(table.unavailable("still gone").map(\.sink) == ["second"])
        var begin: RedisSubscriptionEvent?
        _ = table.join(
            [.channel("a")],
            makeSink: {
                begin = $0; return "third"
            }
        )
        #expect(begin == .interrupted("still gone"))
        #expect(sent().isEmpty)
        table.connected()
        #expect(Set(sent()) == ["SUBSCRIBE a", "SUBSCRIBE b"])
    }

    @Test mutating func `A refused channel ends the scopes that named it, and leaves their other channels`() throws {
        table.connected()
        _ = try join("first", "a")
        _ = try join("second", "secret")
        _ = sent()
        _ = try receive("subscribe", "a")
        let failed = try table.receive(.error(RedisServerError(code: "NOPERM", message: "no")))
        #expect(failed.map(\.sink) == ["second"])
        #expect(try receive("message", "a", payload) == ["first a"])
    }

    @Test mutating func `An answer to nothing is a violation`() throws {
        table.connected()
        #expect(throws: RedisError.self) { try receive("subscribe", "a") }
        #expect(throws: RedisError.self) { try table.receive(.integer(1)) }
        table.ping()
        #expect(try table.receive(.simple("PONG")).isEmpty)
        #expect(throws: RedisError.self) { try table.receive(.simple("PONG")) }
    }

    @Test mutating func `Commands without answer are bounded`() throws {
        table.connected()
        for number in 0..<100 { _ = try join("scope", "channel \(number)") }
        let more = table.join([.channel("more")], makeSink: { _ in "scope" })
        #expect(more == nil)
    }
}
