import ChildProcesses
import NovaContract
import NovaStore
import RedisClient
import Testing
import WebSocketClient

@testable import Gateway

/// Redis comes and goes.
@Suite("Interruptions", .timeLimit(.minutes(2)))
struct InterruptionTests {
    @Test("Events told while the subscription was cut are read from the log: once each, in order")
    func cutSubscription() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs"])
                try await stage.begin(command)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await stage.progress(command, 400) }
                    group.addTask {
                        let first = try await stage.newest()
                        for moment in [50, 150, 250, 350] {
                            try await stage.waitForEvents(after: first, moment)
                            _ = try await stage.store.redis.command("CLIENT", "KILL", "TYPE", "pubsub")
                        }
                    }
                    #expect(try await connection.events(401).compactMap(\.step) == Array(0..<400))
                    try await group.waitForAll()
                }
                try await connection.expectSilence()
            }
        }
    }

    @Test("Redis is killed and comes back empty: subscribers are told that something may be missing, and go on")
    func killedRedis() async throws {
        // Of the configuration, so that it is put back; the others are lost with the rest.
        let secret = APIKeySecret.make()
        try await Stage.run(configured: [Stage.record(secret)]) { stage in
            let command = stage.command()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs"])
                try await stage.begin(command)
                let last = try #require(try await connection.events(1)[0].id)
                stage.redis.process.signal(9)
                _ = try await stage.redis.process.exit()
                try await PrivateRedis.run(port: stage.redis.port, directory: stage.redis.directory) { _ in
                    let gap = try await connection.frame()
                    #expect(gap.type == "gap")
                    #expect(gap.json["after"]?.stringValue == last.description)
                    try await stage.begin(command)
                    #expect(try await connection.events(1)[0].event == "job.running")
                    await stage.stop()
                    #expect(try await connection.closed().code == 1_001)
                }
            }
        }
    }

    @Test("While Redis is away messages are refused, never passed uncounted, and the socket stays")
    func refusedMeanwhile() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                try await connection.expectSilence()
                stage.redis.process.signal(9)
                _ = try await stage.redis.process.exit()
                try await connection.send(["type": "ping"])
                #expect(try await connection.frame().errorCode == "SERVICE_UNAVAILABLE")
                try await stage.expectRefusal([("X-API-Key", secret)], status: 503, "SERVICE_UNAVAILABLE")
            }
        }
    }
}
