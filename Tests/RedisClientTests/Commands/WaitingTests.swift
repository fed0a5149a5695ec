import ChildProcesses
import Foundation
import NovaTestKit
import RedisClient
import Testing

/// Deadlines, cancellation and bounds, with a server that is stopped so that it certainly does not answer.
@Suite(.timeLimit(.minutes(2)))
struct WaitingTests {
    @Test func `A command ends by its deadline, and its late reply goes to nobody`() async throws {
        try await withRedisAndClient { redis, client in
            _ = try await client.command("SET", "k", "v")
            redis.process.signal(SIGSTOP)
            let start = ContinuousClock.now
            let error = try await redisError {
                _ = try await client.command("GET", "k", deadline: .milliseconds(50))
            }
            #expect(error == .deadlineExceeded(mayHaveBeenApplied: true))
            #expect(start.duration(to: .now) >= .milliseconds(50))
            redis.process.signal(SIGCONT)
            #expect(try await client.command("ECHO", "mine").string == "mine")
        }
    }

    @Test func `Shorter deadlines than those before them are kept too`() async throws {
        try await withRedisAndClient { redis, client in
            _ = try await client.command("PING")
            redis.process.signal(SIGSTOP)
            try await withThrowingTaskGroup(of: RedisError?.self) { group in
                for milliseconds in [30_000, 400, 40, 4] {
                    group.addTask {
                        try await redisError {
                            _ = try await client.command("PING", deadline: .milliseconds(milliseconds))
                        }
                    }
                }
                for _ in 0..<3 {
                    let error = try await group.next()
                    #expect(error == .some(.deadlineExceeded(mayHaveBeenApplied: true)))
                }
                redis.process.signal(SIGCONT)
                let error = try await group.next()
                #expect(error == .some(nil))
            }
        }
    }

    @Test func `A cancelled command throws CancellationError though the server is silent`() async throws {
        try await withRedisAndClient { redis, client in
            _ = try await client.command("PING")
            redis.process.signal(SIGSTOP)
            let task = Task { try await client.command("INCR", "n") }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            redis.process.signal(SIGCONT)
            #expect(try await client.command("ECHO", "mine").string == "mine")
        }
    }

    @Test func `A storm of cancellations leaves every reply with its own command`() async throws {
        try await withRedisAndClient { _, client in
            let ended = await withTaskGroup(of: Int.self) { group in
                for number in 0..<4000 {
                    group.addTask {
                        let task = Task {
                            let reply = try await client.command("ECHO", RedisArgument(number))
                            #expect(reply.int == Int64(number))
                        }
                        if number % 2 == 0 { task.cancel() }
                        if number % 3 == 0 {
                            await Task.yield()
                            task.cancel()
                        }
                        switch await task.result {
                        case .success: return 0
                        case .failure(let error):
                            #expect(error is CancellationError)
                            return 1
                        }
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(ended > 0)
            let mine = try await client.command("ECHO", "mine").string
            #expect(mine == "mine")
        }
    }

    @Test func `Past the bound a command is refused, not queued`() async throws {
        try await withRedisAndClient({ $0.maxPending = 10 }) { redis, client in
            _ = try await client.command("PING")
            redis.process.signal(SIGSTOP)
            try await withThrowingTaskGroup(of: RedisError?.self) { group in
                for _ in 0..<15 {
                    group.addTask { try await redisError { _ = try await client.command("PING") } }
                }
                for _ in 0..<5 {
                    let error = try await group.next()
                    #expect(error == .some(.backlogFull))
                }
                redis.process.signal(SIGCONT)
                for _ in 0..<10 {
                    let error = try await group.next()
                    #expect(error == .some(nil))
                }
            }
        }
    }

    @Test func `Closing fails what is in flight and what comes later, and loses nobody`() async throws {
        try await withRedisAndClient { redis, client in
            _ = try await client.command("PING")
            redis.process.signal(SIGSTOP)
            try await withThrowingTaskGroup(of: RedisError?.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await redisError { _ = try await client.command("INCR", "n") } }
                }
                await client.close()
                for try await error in group {
                    guard let error, case .connectionLost = error else {
                        #expect(error == .closed)
                        continue
                    }
                }
            }
            redis.process.signal(SIGCONT)
            #expect(try await redisError { _ = try await client.command("PING") } == .closed)
        }
    }

    @Test func `Closing a client that was never used, and closing twice, return`() async throws {
        try await withClient(1) { client in
            await client.close()
            await client.close()
            let error = try await redisError { _ = try await client.command("PING") }
            #expect(error == .closed)
        }
    }
}
