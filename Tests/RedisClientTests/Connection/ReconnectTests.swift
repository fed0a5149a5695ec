import ChildProcesses
import Foundation
import NovaTestKit
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ReconnectTests {
    @Test func `A server that was killed and comes back on its port is found again`() async throws {
        try await withRedisAndClient({ $0.connectTimeout = .seconds(20) }) { redis, client in
            _ = try await client.command("SET", "k", "v")
            redis.process.signal(SIGKILL)
            _ = try await redis.process.exit()
            try await withThrowingTaskGroup(of: RedisValue.self) { group in
                // It waits for the connection, within the grace.
                group.addTask {
                    while true {
                        do {
                            return try await client.command("GET", "k")
                        } catch RedisError.connectionLost {
                            continue
                        }
                    }
                }
                let value = try await PrivateRedis.run(port: redis.port, directory: redis.directory) { _ in
                    try await group.next()
                }
                #expect(value == .null)
            }
        }
    }

    @Test func `A command in flight when the server dies may have been applied, and says so`() async throws {
        try await withRedisAndClient { redis, client in
            let waiting = Task { try await client.command("BLPOP", "empty", "0") }
            try await withClient(redis.port) { other in
                try await until {
                    try await other.command("INFO", "clients").string?.contains("blocked_clients:1") == true
                }
            }
            redis.process.signal(SIGKILL)
            let error = try await redisError { _ = try await waiting.value }
            #expect(error == .connectionLost(mayHaveBeenApplied: true))
            #expect(error?.isRetriable == true)
        }
    }

    @Test func `Without a server, commands wait for the grace, then fail at once`() async throws {
        let port = try FreePort.find()
        try await withClient(port, { $0.connectTimeout = .milliseconds(100) }) { client in
            for _ in 0..<3 {
                let error = try await redisError { _ = try await client.command("PING") }
                guard case .notConnected = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(error?.mayHaveBeenApplied == false)
            }
        }
    }

    @Test func `While there is no connection, the deadline and the cancellation of a command are kept`() async throws {
        let port = try FreePort.find()
        try await withClient(port, { $0.connectTimeout = .seconds(60) }) { client in
            let error = try await redisError { _ = try await client.command("PING", deadline: .milliseconds(30)) }
            #expect(error == .deadlineExceeded(mayHaveBeenApplied: false))
            let task = Task { try await client.command("PING") }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            let waiting = Task { try await redisError { _ = try await client.command("PING") } }
            await client.close()
            #expect(try await waiting.value == .closed)
        }
    }

    @Test func `A server that was away is used again when it is there`() async throws {
        let port = try FreePort.find()
        try await withClient(port, { $0.connectTimeout = .milliseconds(50) }) { client in
            #expect(try await redisError { _ = try await client.command("PING") } != nil)
            try await TemporaryDirectory.run(prefix: "redis-client-tests") { directory in
                try await PrivateRedis.run(port: port, directory: directory) { _ in
                    try await until {
                        try await redisError { _ = try await client.command("PING") } == nil
                    }
                }
            }
        }
    }

    @Test func `Commands from many tasks through three deaths all end, and none gets another's reply`() async throws {
        try await withRedisAndClient({ $0.connectTimeout = .seconds(20) }) { redis, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        for round in 0... {
                            if Task.isCancelled { return }
                            let text = "\(task) \(round)"
                            do {
                                let reply = try await client.command("ECHO", RedisArgument(text)).string
                                #expect(reply == text)
                            } catch RedisError.connectionLost {
                                continue
                            } catch is CancellationError {
                                return
                            }
                        }
                    }
                }
                redis.process.signal(SIGKILL)
                _ = try await redis.process.exit()
                for _ in 0..<2 {
                    try await PrivateRedis.run(port: redis.port, directory: redis.directory) { next in
                        #expect(try await client.command("PING").string == "PONG")
                        next.process.signal(SIGKILL)
                        _ = try await next.process.exit()
                    }
                }
                try await PrivateRedis.run(port: redis.port, directory: redis.directory) { _ in
                    try await until { try await redisError { _ = try await client.command("PING") } == nil }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }
}
