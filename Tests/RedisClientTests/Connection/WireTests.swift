import Foundation
import NovaTestKit
import RedisClient
import Synchronization
import Testing

/// What a real server does not do on demand: a small one of our own does.
@Suite(.timeLimit(.minutes(2)))
struct WireTests {
    @Test func `A reply that comes byte by byte is one reply`() async throws {
        try await FakeServer.run { _ in
            .trickle("*2\r\n$3\r\nabc\r\n*1\r\n:7\r\n")
        } _: { port in
            try await withClient(port) { client in
                let reply = try await client.command("ANY")
                #expect(reply == .array([.bulk(Array("abc".utf8)), .array([.integer(7)])]))
            }
        }
    }

    @Test func `Garbage costs the connection, the first command hears why, and the next connection works`() async throws
    {
        let count = Mutex(0)
        try await FakeServer.run { _ in
            count.withLock { count in
                count += 1
                return .bytes(count == 1 ? "HTTP/1.1 400 Bad Request\r\n\r\n" : "+fine\r\n")
            }
        } _: { port in
            try await withClient(port) { client in
                let error = try await redisError { _ = try await client.command("ANY") }
                guard case .protocolViolation = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(error?.mayHaveBeenApplied == true)
                #expect(try await client.command("ANY").string == "fine")
            }
        }
    }

    @Test func `More replies than commands cost the connection`() async throws {
        try await FakeServer.run { _ in
            .bytes("+one\r\n+two\r\n")
        } _: { port in
            try await withClient(port) { client in
                for _ in 0..<2 {
                    let reply = try await client.command("ANY").string
                    #expect(reply == "one")
                }
            }
        }
    }

    @Test func `A server that hangs up on a command may have applied it`() async throws {
        try await FakeServer.run { _ in
            .hangUp
        } _: { port in
            try await withClient(port) { client in
                let error = try await redisError { _ = try await client.command("INCR", "n") }
                #expect(error == .connectionLost(mayHaveBeenApplied: true))
                let results = try await client.pipeline([["INCR", "n"], ["INCR", "m"]])
                #expect(results == Array(repeating: .failure(.connectionLost(mayHaveBeenApplied: true)), count: 2))
            }
        }
    }

    @Test func `A reply over the limit costs the connection`() async throws {
        try await withRedisAndClient({ $0.maxReplyBytes = 100_000 }) { _, client in
            _ = try await client.command("SETRANGE", "k", "1000000", "x")
            let error = try await redisError { _ = try await client.command("GET", "k") }
            guard case .protocolViolation = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await client.command("STRLEN", "k").int == 1_000_001)
        }
    }
}
