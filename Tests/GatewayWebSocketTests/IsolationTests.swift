import Memory
import MemoryPool
import NovaContract
import NovaStore
import RedisClient
import Testing
import WebSocketClient

@testable import Gateway

/// Those who have no key, or do not read, take no room from others.
@Suite("Isolation", .timeLimit(.minutes(2)))
struct IsolationTests {
    private static let ask = "GET /openapi.json HTTP/1.1\r\nHost: nova\r\n\r\n"

    @Test("Who does not read what it asked for is closed")
    func notRead() async throws {
        try await Stage.run(gateway: { $0.writeTimeout = .milliseconds(300) }) { stage in
            let requests = String(repeating: Self.ask, count: 400)
            // Some 100 MB of answers: more than any socket buffer takes.
            try await RawConnection.run(port: stage.port) { _, send in
                try await send(requests)
                try await stage.waitUntil { stage.connections.anonymousCount == 1 }
                try await stage.waitUntil { stage.connections.anonymousCount == 0 }
            }
            // Who reads gets all, however many it asks for.
            let ended = Self.ask.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
            let answer = try await stage.exchange(String(repeating: Self.ask, count: 3) + ended)
            #expect(answer.split(separator: "HTTP/1.1 200", omittingEmptySubsequences: true).count == 4)
        }
    }

    @Test("Who does not read an export gives its place back")
    func exports() async throws {
        try await Stage.run(gateway: { $0.writeTimeout = .seconds(2) }) { stage in
            let secret = try await stage.key()
            let space = stage.store.memory(owner: "tester", domain: "professional")
            // 15 MB: more than any socket buffer takes.
            let text = String(repeating: "x", count: 30_000)
            for number in 0..<500 {
                let body: JSONValue = ["content": ["text": .string(text)]]
                let new = try NewMemories(memoryID: "m\(number)", body: body).memories
                _ = try await space.put(new, most: 1_000, jobID: UUIDv7.make())
            }
            let ask = "GET /api/orchestration/memory/export HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\n"
            @Sendable func third() async throws -> String {
                try await stage.exchange(ask + "Connection: close\r\n\r\n")
            }
            try await RawConnection.run(port: stage.port) { first, sendFirst in
                try await sendFirst(ask + "\r\n")
                _ = try await first.read(until: "xxx")
                try await RawConnection.run(port: stage.port) { second, sendSecond in
                    try await sendSecond(ask + "\r\n")
                    _ = try await second.read(until: "xxx")
                    #expect(try await third().hasPrefix("HTTP/1.1 429"))
                    let deadline = ContinuousClock.now + .seconds(30)
                    while try await !third().hasPrefix("HTTP/1.1 200") {
                        try #require(ContinuousClock.now < deadline, "no place comes back")
                    }
                }
            }
        }
    }

    @Test("Connections without a key are bounded by address; a key frees their place")
    func anonymousBound() async throws {
        try await Stage.run(gateway: { $0.maximumAnonymousConnectionsPerAddress = 2 }) { stage in
            let secret = try await stage.key()
            try await RawConnection.run(port: stage.port) { _, _ in
                try await RawConnection.run(port: stage.port) { reader, send in
                    try await stage.waitUntil { stage.connections.anonymousCount == 2 }
                    let refused = try await stage.exchange("GET /health HTTP/1.1\r\nHost: nova\r\n\r\n")
                    #expect(refused.hasPrefix("HTTP/1.1 429"))
                    #expect(refused.contains("http.maximum_anonymous_connections_per_address"))
                    #expect(refused.lowercased().contains("retry-after: "))
                    try await send("GET /api/jobs HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\n\r\n")
                    _ = try await reader.read(until: "HTTP/1.1 200")
                    #expect(stage.connections.anonymousCount == 1)
                    let answer = try await stage.exchange(
                        "GET /health HTTP/1.1\r\nConnection: close\r\nHost: n\r\n\r\n"
                    )
                    #expect(answer.hasPrefix("HTTP/1.1 200"))
                }
            }
            try await stage.waitUntil { stage.connections.anonymousCount == 0 }
        }
    }

    @Test("A connection without a key ends after its time, also where it asks on and on; a socket lives on")
    func anonymousTime() async throws {
        try await Stage.run(gateway: { $0.anonymousTime = .milliseconds(300) }) { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { socket in
                try await RawConnection.run(port: stage.port) { reader, _ in
                    let answered = try await reader.readAll()
                    #expect(answered.isEmpty)
                }
                try await RawConnection.run(port: stage.port) { reader, send in
                    // Until the server closes, which ends the reading or breaks the writing.
                    do {
                        while !reader.isOver {
                            try await send("GET /health HTTP/1.1\r\nHost: nova\r\n\r\n")
                            _ = try await reader.read(until: "healthy")
                            reader.forget()
                        }
                    } catch { #expect(!(error is CancellationError)) }
                }
                try await socket.expectSilence()
            }
        }
    }

    /// How often Redis was asked for a record of a key.
    private func lookups(_ stage: Stage) async throws -> Int {
        let text = try await stage.store.redis.command("INFO", "commandstats").string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_get:calls=") } ?? ""
        return Int(line.dropFirst("cmdstat_get:calls=".count).prefix { $0.isNumber }) ?? 0
    }

    private func ask(_ stage: Stage, _ key: String) async throws -> String {
        try await stage.exchange(
            "GET /api/jobs HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(key)\r\nConnection: close\r\n\r\n"
        )
    }

    @Test("Wrong keys are bounded by address and do not each cost a look into Redis; keys that are good work on")
    func wrongKeys() async throws {
        try await Stage.run(failedKeys: FailedKeys(limit: 20, window: .seconds(3_600))) { stage in
            let secret = try await stage.key()
            #expect(try await ask(stage, secret).hasPrefix("HTTP/1.1 200"))
            let before = try await lookups(stage)
            var statuses: [String: Int] = [:]
            for number in 0..<60 {
                let status = String(try await ask(stage, "wrong-\(number)").prefix(12))
                statuses[status, default: 0] += 1
            }
            #expect(statuses == ["HTTP/1.1 401": 20, "HTTP/1.1 429": 40])
            #expect(try await lookups(stage) - before <= 20)
            let refused = try await ask(stage, "wrong-again")
            #expect(refused.contains("http.maximum_failed_keys_per_address"))
            #expect(refused.lowercased().contains("retry-after: "))
            #expect(try await ask(stage, secret).hasPrefix("HTTP/1.1 200"))
            // Tickets cost as much.
            try await stage.expectRefusal(url: stage.url + "?ticket=wrong", status: 429, "RATE_LIMIT_EXCEEDED")
        }
    }

    @Test("That a key is unknown is remembered, until it is made")
    func unknownKey() async throws {
        try await Stage.run { stage in
            let secret = APIKeySecret.make()
            // Nothing is remembered before changes of keys are heard, of which this is a sign.
            let known = try await stage.key()
            var (last, same) = (-1, 0)
            while same < 3 {
                _ = try await ask(stage, known)
                let now = try await lookups(stage)
                (last, same) = (now, now == last ? same + 1 : 0)
            }
            for _ in 0..<2 { #expect(try await ask(stage, secret).hasPrefix("HTTP/1.1 401")) }
            let before = try await lookups(stage)
            for _ in 0..<10 { #expect(try await ask(stage, secret).hasPrefix("HTTP/1.1 401")) }
            #expect(try await lookups(stage) == before)
            try await stage.store.apiKeys.put(Stage.record(secret))
            let deadline = ContinuousClock.now + .seconds(5)
            while try await !ask(stage, secret).hasPrefix("HTTP/1.1 200") {
                try #require(ContinuousClock.now < deadline, "the new key is not heard of")
            }
        }
    }
}
