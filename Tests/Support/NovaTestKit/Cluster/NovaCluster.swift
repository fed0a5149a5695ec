import AsyncPrimitives
package import ChildProcesses
import Foundation

/// A whole Nova of real processes: Redis, a broker, gateways and workers, which are a test's alone.
package struct NovaCluster: Sendable {
    package let plan: ClusterPlan
    /// Begins every topic and Redis key.
    package let prefix: String
    package let redis: PrivateRedis
    package let broker: TestBroker
    package let keysFile: String
    package internal(set) var gateways: [ClusterMember] = []
    package internal(set) var workers: [ClusterMember] = []
    /// Workers of the coordination pool.
    package internal(set) var coordinators: [ClusterMember] = []
    /// Workers of the allocation pool.
    package internal(set) var allocators: [ClusterMember] = []
    /// Workers of the memory pool.
    package internal(set) var rememberers: [ClusterMember] = []

    /// With more clusters at once on the two cores of a small machine, deadlines of those that started run out.
    private static let semaphore = AsyncSemaphore(permits: 10)

    /// Waits until fewer than ten clusters of this process are there, starts everything in `plan`, waits until each process is ready, runs `body`, stops everything.
    ///
    /// When that throws, the last log lines of every process go to standard error; with `NOVA_TEST_LOGS` set, all lines
    /// always do.
    @discardableResult
    package static func run<R>(
        _ plan: ClusterPlan = ClusterPlan(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NovaCluster) async throws -> R
    ) async throws -> R {
        try await semaphore.withPermit { try await runNow(plan, body) }
    }

    private static func runNow<R>(
        _ plan: ClusterPlan,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NovaCluster) async throws -> R
    ) async throws -> R {
        try await TemporaryDirectory.run(prefix: "nova-cluster") { directory in
            let keysFile = directory + "/keys.yaml"
            try Data(TestKey.yaml(plan.keys).utf8).write(to: URL(filePath: keysFile))
            return try await PrivateRedis.run(options: plan.redisOptions) { redis in
                try await withBroker(plan.broker, environment: plan.brokerEnvironment) { broker in
                    let prefix = uniqueName("test")
                    if broker.kind == .embedded {
                        for pool in ["optimization", "allocation", "coordination", "memory"] {
                            try await broker.order("topic \(prefix).\(pool).commands \(plan.partitions)")
                            try await broker.order("topic \(prefix).\(pool).dead-letters 1")
                        }
                    }
                    let cluster = NovaCluster(
                        plan: plan,
                        prefix: prefix,
                        redis: redis,
                        broker: broker,
                        keysFile: keysFile
                    )
                    return try await cluster.withMembers(body)
                }
            }
        }
    }

    /// Runs one more gateway beside those of the plan.
    @discardableResult
    package func withGateway<R>(
        environment: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ClusterMember) async throws -> R
    ) async throws -> R {
        try await withProcess(.gateway, environment: environment) { process in
            try await body(ClusterMember(process, .gateway))
        }
    }

    /// Runs one more worker beside those of the plan.
    @discardableResult
    package func withWorker<R>(
        environment: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ClusterMember) async throws -> R
    ) async throws -> R {
        try await withProcess(.worker, environment: environment) { process in
            try await body(ClusterMember(process, .worker))
        }
    }
}
