package import ChildProcesses

/// What a ``NovaCluster`` consists of.
package struct ClusterPlan: Sendable {
    package var broker: BrokerKind
    package var gateways: Int
    package var workers: Int
    /// Workers of the coordination pool.
    package var coordinators: Int
    /// Workers of the allocation pool.
    package var allocators: Int
    /// Workers of the memory pool.
    package var rememberers: Int
    /// Of each pool's topic; the embedded broker makes them beforehand, the other one when they are first used.
    package var partitions: Int
    package var keys: [TestKey]
    /// Added to the environment of every process of Nova, of gateways only, of workers only: `NOVA_…` settings.
    package var environment: [String: String]
    package var gatewayEnvironment: [String: String]
    package var workerEnvironment: [String: String]
    /// Added to the environment of the broker.
    package var brokerEnvironment: [String: String]
    package var redisOptions: [String: String]
    /// Hears each line that a process of Nova writes, with the name of the process.
    package var onLine: @Sendable (String, ChildOutput) -> Void = { _, _ in }

    package init(
        broker: BrokerKind = .embedded,
        gateways: Int = 1,
        workers: Int = 1,
        coordinators: Int = 0,
        allocators: Int = 0,
        rememberers: Int = 0,
        partitions: Int = 4,
        keys: [TestKey] = [TestKey()],
        environment: [String: String] = [:],
        gatewayEnvironment: [String: String] = [:],
        workerEnvironment: [String: String] = [:],
        brokerEnvironment: [String: String] = [:],
        redisOptions: [String: String] = [:]
    ) {
        self.broker = broker
        self.gateways = gateways
        self.workers = workers
        self.coordinators = coordinators
        self.allocators = allocators
        self.rememberers = rememberers
        self.partitions = partitions
        self.keys = keys
        self.environment = environment
        self.gatewayEnvironment = gatewayEnvironment
        self.workerEnvironment = workerEnvironment
        self.brokerEnvironment = brokerEnvironment
        self.redisOptions = redisOptions
    }
}
