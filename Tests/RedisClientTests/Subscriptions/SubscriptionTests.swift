import ChildProcesses
import Foundation
import NovaTestKit
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SubscriptionTests {
    private func message(_ channel: String, _ text: String, pattern: String? = nil) -> RedisSubscriptionEvent {
        .message(channel: channel, pattern: pattern, payload: Array(text.utf8))
    }

    private func subscribers(of channel: String, _ client: RedisClient) async throws -> Int64? {
        try await client.command("PUBSUB", "NUMSUB", RedisArgument(channel)).array?.last?.int
    }

    @Test func `Messages come in order, none lost and none twice`() async throws {
        try await withRedisAndClient { _, client in
            try await client.subscribe(to: ["a"], buffer: 20_000) { subscription in
                var events = subscription.makeAsyncIterator()
                #expect(try await events.next() == .subscribed)
                let publishes: [[RedisArgument]] = (0..<10_000).map { ["PUBLISH", "a", RedisArgument($0)] }
                _ = try await client.pipeline(publishes)
                for number in 0..<10_000 { #expect(try await events.next() == message("a", String(number))) }
            }
        }
    }

    @Test func `Scopes share channels, patterns are told apart, and the last scope unsubscribes`() async throws {
        try await withRedisAndClient { _, client in
            try await client.subscribe(to: ["a", "b"]) { outer in
                var outerEvents = outer.makeAsyncIterator()
                #expect(try await outerEvents.next() == .subscribed)
                try await client.subscribe(to: ["a"], patterns: ["b*"]) { inner in
                    var innerEvents = inner.makeAsyncIterator()
                    #expect(try await innerEvents.next() == .subscribed)
                    _ = try await client.pipeline([["PUBLISH", "b", "1"], ["PUBLISH", "a", "2"]])
                    #expect(try await innerEvents.next() == message("b", "1", pattern: "b*"))
                    #expect(try await innerEvents.next() == message("a", "2"))
                }
                try await until { try await client.command("PUBSUB", "NUMPAT").int == 0 }
                #expect(try await subscribers(of: "a", client) == 1)
                #expect(try await outerEvents.next() == message("b", "1"))
                #expect(try await outerEvents.next() == message("a", "2"))
            }
            try await until { try await subscribers(of: "a", client) == 0 }
        }
    }

    @Test func `A cancelled reader ends promptly, and its scope unsubscribes`() async throws {
        try await withRedisAndClient { _, client in
            let task = Task {
                try await client.subscribe(to: ["a"]) { for try await _ in $0 {} }
            }
            try await until { try await subscribers(of: "a", client) == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await until { try await subscribers(of: "a", client) == 0 }
        }
    }

    @Test func `A subscription of use only inside its scope ends with it`() async throws {
        try await withRedisAndClient { _, client in
            let escaped = try await client.subscribe(to: ["a"]) { $0 }
            #expect(try await redisError { for try await _ in escaped {} } == .closed)
            #expect(try await redisError { try await client.subscribe(to: []) { _ in } } != nil)
        }
    }

    @Test func `After the server died and came back the scope is told twice, and hears again`() async throws {
        try await withRedisAndClient { redis, client in
            try await client.subscribe(to: ["a"]) { subscription in
                var events = subscription.makeAsyncIterator()
                #expect(try await events.next() == .subscribed)
                redis.process.signal(SIGKILL)
                _ = try await redis.process.exit()
                guard case .interrupted = try await events.next() else {
                    Issue.record("not interrupted")
                    return
                }
                try await PrivateRedis.run(port: redis.port, directory: redis.directory) { _ in
                    #expect(try await events.next() == .subscribed)
                    _ = try await client.command("PUBLISH", "a", "again")
                    #expect(try await events.next() == message("a", "again"))
                }
            }
        }
    }

    @Test func `A silent server is given up, and its return is noticed`() async throws {
        try await withRedisAndClient({ $0.subscriptionPingInterval = .milliseconds(50) }) { redis, client in
            try await client.subscribe(to: ["a"]) { subscription in
                var events = subscription.makeAsyncIterator()
                #expect(try await events.next() == .subscribed)
                redis.process.signal(SIGSTOP)
                guard case .interrupted = try await events.next() else {
                    Issue.record("not interrupted")
                    return
                }
                redis.process.signal(SIGCONT)
                try await until { try await events.next() == .subscribed }
            }
        }
    }

    @Test func `Without a server the scope is told, and subscribed when there is one`() async throws {
        let port = try FreePort.find()
        try await withClient(port, { $0.connectTimeout = .milliseconds(50) }) { client in
            try await client.subscribe(to: ["a"]) { subscription in
                var events = subscription.makeAsyncIterator()
                guard case .interrupted = try await events.next() else {
                    Issue.record("not told")
                    return
                }
                try await TemporaryDirectory.run(prefix: "redis-client-tests") { directory in
                    try await PrivateRedis.run(port: port, directory: directory) { _ in
                        let event = try await events.next()
                        #expect(event == .subscribed)
                    }
                }
            }
        }
    }

    @Test func `A slow reader gets what was buffered, then the error; another scope gets everything`() async throws {
        try await withRedisAndClient { _, client in
            try await client.subscribe(to: ["a"], buffer: 1000) { quick in
                var quickEvents = quick.makeAsyncIterator()
                #expect(try await quickEvents.next() == .subscribed)
                try await client.subscribe(to: ["a"], buffer: 10) { slow in
                    var slowEvents = slow.makeAsyncIterator()
                    #expect(try await slowEvents.next() == .subscribed)
                    for number in 0..<100 { _ = try await client.command("PUBLISH", "a", RedisArgument(number)) }
                    for number in 0..<100 { #expect(try await quickEvents.next() == message("a", String(number))) }
                    for number in 0..<10 { #expect(try await slowEvents.next() == message("a", String(number))) }
                    let error = try await redisError { _ = try await slowEvents.next() }
                    #expect(error == .subscriberTooSlow)
                }
            }
        }
    }

    @Test func `A channel the user may not hear fails the scope with the server's error`() async throws {
        try await withRedisAndClient { redis, admin in
            _ = try await admin.command(
                "ACL",
                "SETUSER",
                "worker",
                "on",
                ">pass",
                "~*",
                "+@all",
                "resetchannels",
                "&open"
            )
            try await withClient(redis.port) {
                ($0.username, $0.password) = ("worker", "pass")
            } _: { client in
                try await client.subscribe(to: ["open"]) { open in
                    var events = open.makeAsyncIterator()
                    #expect(try await events.next() == .subscribed)
                    let error = try await redisError {
                        try await client.subscribe(to: ["secret"]) { for try await _ in $0 {} }
                    }
                    guard case .server(let line) = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect(line.code == "NOPERM")
                    _ = try await admin.command("PUBLISH", "open", "still")
                    #expect(try await events.next() == message("open", "still"))
                }
            }
        }
    }

    @Test func `Closing the client ends all scopes`() async throws {
        try await withRedisAndClient { _, client in
            let task = Task {
                try await redisError { try await client.subscribe(to: ["a"]) { for try await _ in $0 {} } }
            }
            try await until { try await subscribers(of: "a", client) == 1 }
            await client.close()
            #expect(try await task.value == .closed)
        }
    }

    @Test func `Many scopes that come and go in a storm all end, and nothing stays subscribed`() async throws {
        try await withRedisAndClient { _, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let task = Task {
                            try await client.subscribe(to: ["c\(number % 7)", "d\(number % 3)"]) { subscription in
                                for try await event in subscription where event == .subscribed { return }
                            }
                        }
                        if number % 2 == 0 { task.cancel() }
                        do { try await task.value } catch is CancellationError {}
                    }
                }
                try await group.waitForAll()
            }
            try await until { try await client.command("PUBSUB", "CHANNELS").array?.isEmpty == true }
        }
    }
}
