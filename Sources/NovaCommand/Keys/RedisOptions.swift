import ArgumentParser
import AsyncPrimitives
import NIOPosix
import NovaPools
import NovaProcess
import NovaStore
import RedisClient

/// Which Redis a command works on: as the gateways are told, or by options.
struct RedisOptions: ParsableArguments {
    @Option(name: .long, help: "Settings file of a gateway or worker. Else the one of NOVA_CONFIG, if any.")
    var config: String?

    @Option(name: .long, help: "Host of Redis. Else NOVA_REDIS_HOST, else redis.host of the file, else 127.0.0.1.")
    var redisHost: String?

    @Option(name: .long, help: "Port of Redis; `nova dev` prints that of its own. Else as for the host; 6379.")
    var redisPort: Int?

    @Option(name: .long, help: "Begins the names of everything in Redis. Else NOVA_PREFIX, else nova.")
    var prefix: String?

    /// Opens the store for `body`.
    ///
    /// - Throws: `CommandFailure`, and what `body` throws.
    func withStore<Value>(_ body: (Store) async throws -> Value) async throws -> Value {
        let settings = try await ToolSettings.load(
            file: config,
            overrides: [
                "NOVA_REDIS_HOST": redisHost, "NOVA_REDIS_PORT": redisPort.map { String($0) }, "NOVA_PREFIX": prefix,
            ]
        ).process
        var configuration = settings.redis
        configuration.connectionCount = 1
        let redis = RedisClient(
            configuration: configuration,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: .quiet
        )
        do {
            return try await withResource(redis, close: { await $0.close() }) { redis in
                try await body(
                    Store(redis: redis, catalog: NovaPools.catalog, keys: settings.keys, retention: settings.retention)
                )
            }
        } catch let error as RedisError {
            throw Self.failure(error, configuration)
        }
    }

    /// Whether an error of Redis begins with a code that tells of a missing right.
    private static func isRefusal(_ line: String) -> Bool {
        ["NOAUTH", "WRONGPASS", "NOPERM"].contains { line.hasPrefix($0) }
    }

    private static func refused(_ place: String, _ line: String) -> CommandFailure {
        CommandFailure(
            .refused,
            "\(place) refused: \(line) Set NOVA_REDIS_PASSWORD, or NOVA_REDIS_PASSWORD_FILE, and NOVA_REDIS_USERNAME"
        )
    }

    private static func failure(_ error: RedisError, _ configuration: RedisConfiguration) -> CommandFailure {
        let place = "Redis at \(configuration.host):\(configuration.port)"
        switch error {
        case .server(let reply) where isRefusal(reply.description): return refused(place, reply.description)
        case .notConnected(let reason) where isRefusal(reason): return refused(place, reason)
        case .server(let reply):
            return CommandFailure(.failed, "\(place): \(reply)")
        default:
            return CommandFailure(
                .unavailable,
                "\(place) does not answer: \(error). Name another by --redis-host and --redis-port, by NOVA_REDIS_HOST "
                    + "and NOVA_REDIS_PORT, or by --config FILE"
            )
        }
    }
}
