/// The settings of the processes that `nova dev` starts.
struct DevEnvironment {
    let redisPort: Int
    let brokers: String
    let httpPort: Int
    let keysFile: String
    /// Of `nova dev` itself.
    let inherited: [String: String]

    /// Of these nothing may reach a child from outside: they would lead it away from what was started for it.
    private static let taken = [
        "NOVA_CONFIG", "NOVA_PREFIX", "NOVA_REDIS_", "NOVA_KAFKA_", "NOVA_KEYS_", "NOVA_HTTP_HOST", "NOVA_HTTP_PORT",
        "NOVA_HEALTH_", "NOVA_TOPICS_", "NOVA_LOG_FORMAT",
    ]

    var gateway: [String: String] {
        common.merging([
            "NOVA_HTTP_HOST": "127.0.0.1", "NOVA_HTTP_PORT": String(httpPort), "NOVA_KEYS_FILE": keysFile,
            // Nobody sends requests here on the strength of a load balancer's last look.
            "NOVA_HTTP_DRAIN_DELAY": "0s", "NOVA_STOP_DEADLINE": "8s",
            // The embedded Kafka keeps 5 MB of a partition and would lose a larger record after it took it.
            "NOVA_HTTP_MAXIMUM_BODY_BYTES": "4194304",
        ]) { $1 }
    }

    var worker: [String: String] {
        common.merging([
            "NOVA_HEALTH_HOST": "127.0.0.1", "NOVA_HEALTH_PORT": "0", "NOVA_WORKER_SHUTDOWN_GRACE": "3s",
            // The embedded Kafka answers an empty fetch only when this is over, even if a record comes meanwhile.
            "NOVA_KAFKA_PROPERTIES": "fetch.wait.max.ms=10",
        ]) { $1 }
    }

    private var common: [String: String] {
        // An empty variable counts as not set.
        let emptied = inherited.filter { name, _ in Self.taken.contains { name.hasPrefix($0) } }.mapValues { _ in "" }
        return emptied.merging([
            "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": String(redisPort), "NOVA_KAFKA_BROKERS": brokers,
            "NOVA_TOPICS_CREATE": "false", "NOVA_LOG_FORMAT": "text", "NOVA_LOG_LEVEL": logLevel,
        ]) { $1 }
    }

    /// Never above `info`: that they are ready is read from the log.
    private var logLevel: String {
        let asked = inherited["NOVA_LOG_LEVEL"]?.lowercased() ?? ""
        return ["trace", "debug"].contains(asked) ? asked : "info"
    }
}
