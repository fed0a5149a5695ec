import ChildProcesses
import Foundation
package import NovaTestKit

/// A whole Nova of real processes, each of which can be killed, frozen and started again.
package struct CrashCluster: Sendable {
    package let plan: CrashPlan
    package let cluster: NovaCluster
    package let gateways: [Seat]
    package let workers: [Seat]
    package let redis: RedisSeat
    package let broker: BrokerSeat

    package var prefix: String { cluster.prefix }
    package var key: TestKey { cluster.plan.keys[0] }
    /// The gateways' addresses at this moment.
    package var addresses: [String] { gateways.map(\.url) }
    package var members: [Seat] { gateways + workers }

    /// Starts everything, waits until each process is ready, runs `body`, ends everything.
    ///
    /// When that throws, the last log lines of every process go to standard error.
    package static func run<R: Sendable>(
        _ plan: CrashPlan,
        _ body: @escaping @Sendable (CrashCluster) async throws -> R
    ) async throws -> R {
        try await NovaCluster.run(plan.clusterPlan()) { cluster in
            try await ScopeHost.run { host in
                let crash = CrashCluster(plan: plan, cluster: cluster, host: host)
                do {
                    try await crash.startAll()
                    return try await body(crash)
                } catch {
                    crash.showLastLines()
                    throw error
                }
            }
        }
    }

    private init(plan: CrashPlan, cluster: NovaCluster, host: ScopeHost) {
        self.plan = plan
        self.cluster = cluster
        gateways = (1...max(1, plan.gateways)).map { Seat(.gateway, number: $0, cluster: cluster, host: host) }
        workers = (1...max(1, plan.workers)).map { Seat(.worker, number: $0, cluster: cluster, host: host) }
        redis = RedisSeat(cluster.redis, options: CrashPlan.redisOptions, host: host)
        broker = BrokerSeat(cluster.broker, host: host)
    }

    private func startAll() async throws {
        for (index, seat) in gateways.enumerated() { try await seat.start(index == 0 ? plan.firstGateway : [:]) }
        for (index, seat) in workers.enumerated() { try await seat.start(index == 0 ? plan.firstWorker : [:]) }
        for seat in members { try await seat.ready() }
    }

    /// Thaws what is frozen, starts what has ended, returns when everything is ready again.
    package func heal() async throws {
        redis.thaw()
        broker.thaw()
        for seat in members { seat.thaw() }
        if !redis.isAlive { try await redis.start() }
        if !broker.isAlive { try await broker.start() }
        for seat in members where !seat.isAlive { try await seat.start() }
        for seat in members { try await seat.ready() }
    }

    /// SIGKILL to gateways and workers: nobody needs what they would do in good order.
    package func killAll() async {
        await withDiscardingTaskGroup { group in
            for seat in members { group.addTask { await seat.kill() } }
        }
    }

    /// Of every process, to standard error.
    package func showLastLines(_ count: Int = 12) {
        let processes = [redis.process, broker.process] + members.compactMap(\.process)
        for process in processes {
            let lines = ["--- \(process.name) (pid \(process.pid)), its last lines"] + process.lastLines(count)
            FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
