import NovaTestKit
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CommandTests {
    @Test func `Commands of many tasks share a connection, and each gets its own reply`() async throws {
        try await withRedisAndClient { _, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for round in 0..<100 {
                            let text = "\(task) in \(round)"
                            let reply = try await client.command("ECHO", RedisArgument(text)).string
                            #expect(reply == text)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `A pipeline is executed in order, with a result for each command`() async throws {
        try await withRedisAndClient { _, client in
            var commands: [[RedisArgument]] = (0..<1000).map { ["RPUSH", "list", RedisArgument($0)] }
            commands.insert(["INCR", "list"], at: 500)
            let results = try await client.pipeline(commands)
            #expect(results.count == 1001)
            guard case .failure(.server(let error)) = results[500] else {
                Issue.record("not a server error: \(results[500])")
                return
            }
            #expect(error.code == "WRONGTYPE")
            let list = try await client.command("LRANGE", "list", "0", "-1").array?.compactMap(\.int)
            #expect(list == (0..<1000).map(Int64.init))
            #expect(try await client.pipeline([]).isEmpty)
        }
    }

    @Test func `A transaction is a pipeline`() async throws {
        try await withRedisAndClient { _, client in
            let results = try await client.pipeline([["MULTI"], ["INCR", "a"], ["INCR", "a"], ["EXEC"]])
            #expect(try results.last?.get().array == [.integer(1), .integer(2)])
        }
    }

    @Test(arguments: [0, 1, 15_000, 17_000, 1 << 20, 24 << 20])
    func `Values of any size and any bytes come back as they were`(size: Int) async throws {
        try await withRedisAndClient { _, client in
            let value = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            _ = try await client.command("SET", "k", RedisArgument(value))
            #expect(try await client.command("GET", "k").bytes == value)
        }
    }

    @Test func `An error of the server is thrown with its code`() async throws {
        try await withRedisAndClient { _, client in
            let error = try await redisError { _ = try await client.command("NO-SUCH-COMMAND") }
            guard case .server(let line) = error else {
                Issue.record("not a server error")
                return
            }
            #expect(line.code == "ERR")
            #expect(error?.isRetriable == false)
            #expect(try await client.command("PING").string == "PONG")
        }
    }

    @Test func `Several connections are used, and a command on each works`() async throws {
        try await withRedisAndClient({ $0.connectionCount = 3 }) { _, client in
            var ids: Set<Int64> = []
            try await until {
                ids.insert(try await client.command("CLIENT", "ID").int ?? 0)
                return ids.count == 3
            }
        }
    }

    @Test func `A script is sent once; a server that has forgotten it is sent it again`() async throws {
        try await withRedisAndClient { _, client in
            let script = RedisScript(name: "add", source: "return redis.call('INCRBY', KEYS[1], ARGV[1])")
            func known() async throws -> Int64? {
                try await client.command("SCRIPT", "EXISTS", RedisArgument(script.sha1)).array?.first?.int
            }
            #expect(try await known() == 0)
            #expect(try await client.evaluate(script, keys: ["n"], arguments: ["2"]).int == 2)
            #expect(try await known() == 1)
            #expect(try await client.evaluate(script, keys: ["n"], arguments: ["2"]).int == 4)
            _ = try await client.command("SCRIPT", "FLUSH")
            #expect(try await client.evaluate(script, keys: ["n"], arguments: ["2"]).int == 6)
            #expect(try await known() == 1)
        }
    }

    @Test func `A script's own error is not taken for an unknown script`() async throws {
        try await withRedisAndClient { _, client in
            let script = RedisScript(
                name: "fails",
                source: "redis.call('INCR', KEYS[1]); return redis.error_reply('MINE no')"
            )
            for _ in 0..<2 {
                let error = try await redisError { _ = try await client.evaluate(script, keys: ["n"]) }
                #expect(error == .server(RedisServerError(code: "MINE", message: "no")))
            }
            #expect(try await client.command("GET", "n").int == 2)
        }
    }
}
