package import ChildProcesses
package import NovaTestKit

/// What a ``CrashCluster`` consists of.
package struct CrashPlan: Sendable {
    package var broker = BrokerKind.embedded
    package var gateways = 2
    package var workers = 2
    package var partitions = 4
    package var subscribers = 2
    /// Beside what every process of a crash test is given.
    package var environment: [String: String] = [:]
    package var gatewayEnvironment: [String: String] = [:]
    package var workerEnvironment: [String: String] = [:]
    /// For the first worker or gateway only, at its first start: fault points, mostly.
    package var firstWorker: [String: String] = [:]
    package var firstGateway: [String: String] = [:]
    package var onLine: @Sendable (String, ChildOutput) -> Void = { _, _ in }

    package init() {}

    private static func gatewayEnvironment(_ broker: BrokerKind) -> [String: String] {
        // The subscribers' handshakes and pings.
        var environment = ["NOVA_WEBSOCKET_BUDGET_LIMIT": "1000000"]
        // The embedded broker does not look at sequence numbers: told to refuse one batch it takes the next, and librdkafka
        // then counts the refused one as acknowledged, which it would be by a broker that looks.
        if broker == .embedded { environment["NOVA_KAFKA_PROPERTIES"] = "max.in.flight.requests.per.connection=1" }
        return environment
    }

    /// A command is written out before it is answered, so that a killed Redis has all it told of.
    ///
    /// `everysec` would put a write off while it syncs.
    static let redisOptions = ["appendonly": "yes", "appendfsync": "no"]

    /// The embedded cluster of librdkafka 2.0 ends by an assertion when a member of a group that was frozen comes back
    /// at the wrong moment (`rd_kafka_mock_cgrp_member_sync_set`), so that the newer one serves here.
    private var brokerEnvironment: [String: String] {
        get throws { broker == .embedded ? try Binaries.otherLibrdkafka() : [:] }
    }

    func clusterPlan() throws -> ClusterPlan {
        var plan = ClusterPlan(
            broker: broker,
            gateways: 0,
            workers: 0,
            partitions: partitions,
            keys: [TestKey(limit: 1_000_000_000)],
            // A subscriber that is away for a while is to find everything.
            environment: environment.merging(["NOVA_RETENTION_EVENTS_PER_OWNER": "1000000"]) { given, _ in given },
            gatewayEnvironment: gatewayEnvironment.merging(Self.gatewayEnvironment(broker)) { given, _ in given },
            workerEnvironment: ["NOVA_POISON": Poisoning.prefix + "*"].merging(workerEnvironment) { $1 },
            brokerEnvironment: try brokerEnvironment,
            redisOptions: Self.redisOptions
        )
        plan.onLine = onLine
        return plan
    }
}
