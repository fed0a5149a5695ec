import NovaStore
import RedisClient

/// The commands that are measured.
enum RedisWork: CaseIterable {
    case get
    case slidingWindow

    private static let key = "bench:value"
    private static let limit = "1000000000"
    private static let window = "60000"

    var title: String {
        switch self {
        case .get: "GET"
        case .slidingWindow: "EVALSHA"
        }
    }

    /// Stores what `get` reads, and makes the server know the script.
    static func prepare(_ client: RedisClient) async throws {
        _ = try await client.command("SET", RedisArgument(key), "0123456789")
        try await slidingWindow.run(client, 0)
    }

    func run(_ client: RedisClient, _ task: Int) async throws {
        switch self {
        case .get:
            _ = try await client.command("GET", RedisArgument(Self.key))
        case .slidingWindow:
            _ = try await client.evaluate(
                StoreScripts.count,
                keys: [RedisArgument("bench:window:\(task)")],
                arguments: [RedisArgument(Self.limit), RedisArgument(Self.window), ""]
            )
        }
    }

    /// The same for `redis-benchmark`, which puts a random number for `__rand_int__`.
    var arguments: [String] {
        switch self {
        case .get: ["GET", Self.key]
        case .slidingWindow:
            ["EVALSHA", StoreScripts.count.sha1, "1", "bench:window:__rand_int__", Self.limit, Self.window, ""]
        }
    }
}
