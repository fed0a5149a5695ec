import NIOCore
import NovaContract
import NovaStore
import RedisClient
import Testing
import WebSocketClient

@testable import Gateway

/// How sockets end.
@Suite("Fates of sockets", .timeLimit(.minutes(2)))
struct DispositionTests {
    @Test("A client that does not read is cut off with its place; another goes on, and the first can come back")
    func slowClient() async throws {
        try await Stage.run({
            $0.maximumUnsentBytes = 1_024 * 1_024
            $0.closeTimeout = .seconds(30)
        }) { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.begin(command)
            let first = try await stage.newest()
            var options = WebSocketOptions()
            options.buffer = 1
            options.receiveBufferBytes = 4_096
            let slow = options
            let total = 1_500
            try await stage.connect(secret, options: slow) { sleeper in
                try await sleeper.subscribe(["jobs"])
                try await stage.connect(secret) { reader in
                    try await reader.subscribe(["jobs"])
                    // Never further ahead than a client that reads can fall behind.
                    for begin in stride(from: 0, to: total, by: 50) {
                        try await stage.progress(
                            command,
                            from: begin,
                            50,
                            message: String(repeating: "x", count: 8_192)
                        )
                        #expect(try await reader.events(50).compactMap(\.step) == Array(begin..<(begin + 50)))
                    }
                }
                // Awake again: it finds what it was sent, without holes, and the close that says where it was.
                var last = first
                var count = 0
                do {
                    while true {
                        let frame = try await sleeper.frame()
                        #expect(frame.step == count)
                        count += 1
                        last = try #require(frame.id)
                    }
                } catch let closed as Closed {
                    #expect(closed.code == 1_013)
                    #expect(closed.place == last)
                    #expect(count < total)
                }
                let rest = try await stage.read(secret, after: last, count: total - count)
                #expect(rest.compactMap(\.step) == Array(count..<total))
            }
        }
    }

    @Test("A client that catches up slowly is waited for, not cut off")
    func slowCatchUp() async throws {
        try await Stage.run({
            $0.maximumUnsentBytes = 64 * 1_024
            $0.maximumUnsentMessages = 64
        }) { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.begin(command)
            let first = try await stage.newest()
            try await stage.progress(command, 800, message: String(repeating: "x", count: 8_192))
            var options = WebSocketOptions()
            options.buffer = 1
            options.receiveBufferBytes = 4_096
            try await stage.connect(secret, options: options) { connection in
                try await connection.subscribe(["jobs"], after: first)
                #expect(try await connection.events(800).compactMap(\.step) == Array(0..<800))
                try await connection.expectSilence()
            }
        }
    }

    @Test("A revoked key's sockets are told and closed within a second; others stay")
    func revocation() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key(owner: "one", id: "to-be-revoked")
            let other = try await stage.key(owner: "one")
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs"])
                try await stage.connect(other) { staying in
                    let began = ContinuousClock.now
                    #expect(try await stage.store.apiKeys.revoke(id: "to-be-revoked"))
                    let frame = try await connection.frame()
                    #expect(frame.errorCode == "AUTHENTICATION_ERROR")
                    #expect(try await connection.closed().code == 1_008)
                    #expect(began.duration(to: .now) < .seconds(1))
                    try await staying.expectSilence()
                }
                try await stage.expectRefusal([("X-API-Key", secret)], status: 401, "AUTHENTICATION_ERROR")
            }
        }
    }

    @Test("A socket ends when its key expires, also where that is said only after it was opened")
    func expiry() async throws {
        try await Stage.run { stage in
            let secret = APIKeySecret.make()
            let key = Stage.record(secret)
            try await stage.store.apiKeys.put(key)
            try await stage.connect(secret) { connection in
                try await connection.expectSilence()
                let end = Timestamp.milliseconds() + 300
                try await stage.store.apiKeys.put(key.expiring(at: end))
                try await stage.tellOfChange(key.hash)
                #expect(try await connection.frame().errorCode == "AUTHENTICATION_ERROR")
                #expect(try await connection.closed().code == 1_008)
                #expect(Timestamp.milliseconds() >= end)
            }
        }
    }

    @Test("A socket whose key has other rights now is closed, to come back with them")
    func changedRights() async throws {
        try await Stage.run { stage in
            let secret = APIKeySecret.make()
            try await stage.store.apiKeys.put(Stage.record(secret, id: "changing"))
            try await stage.connect(secret) { connection in
                try await connection.expectSilence()
                let key = Stage.record(secret, id: "changing", permissions: ["flows:read"])
                try await stage.store.apiKeys.put(key)
                try await stage.tellOfChange(key.hash)
                #expect(try await connection.closed().code == 1_008)
            }
        }
    }

    @Test("A stopping gateway closes with 1001 and the place to go on from")
    func quiesce() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs"])
                try await stage.begin(command)
                let last = try await connection.events(1)[0].id
                await stage.stop()
                let closed = try await connection.closed()
                #expect(closed.code == 1_001)
                #expect(closed.place == last)
            }
        }
    }

    @Test("A socket whose place was never named closes with a reason alone")
    func quiesceWithoutPlace() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                try await connection.expectSilence()
                await stage.stop()
                #expect(try await connection.closed() == Closed(code: 1_001, reason: "the gateway is stopping"))
            }
        }
    }

    @Test("The subscriptions of one socket are bounded")
    func subscriptionBound() async throws {
        try await Stage.run({ $0.maximumSubscriptions = 3 }) { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs", "flow:a", "flow:b"])
                try await connection.send(["type": "subscribe", "channels": ["flow:b", "flow:c"]])
                #expect(try await connection.frame().errorCode == "VALIDATION_ERROR")
                try await connection.subscribe(["flow:b", "jobs"])
            }
        }
    }
}

extension Stage {
    /// What the store does when it revokes or rotates a key.
    fileprivate func tellOfChange(_ hash: String) async throws {
        _ = try await store.redis.command("PUBLISH", RedisArgument(store.keys.revocationChannel), RedisArgument(hash))
    }
}
