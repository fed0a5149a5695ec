import AsyncPrimitives
import FlowPool
import Logging
import NovaContract
import NovaTestKit

/// One run: a cluster, clients and subscribers, faults, and in the end the verdict.
package struct CrashRun: Sendable {
    package var plan = CrashPlan()
    package var load = LoadShape()
    package var seed: UInt64 = 1
    /// How long everything may take to settle after the last fault was healed.
    package var patience: Duration = .seconds(60)

    package init() {}

    package struct Outcome: Sendable {
        package let verdict: Verdict
        package let history: HistoryRecord
    }

    /// What faults are done with.
    package struct Stage: Sendable {
        package let cluster: CrashCluster
        package let history: History
        package let injector: FaultInjector
    }

    /// Runs the load for as long as `faults` goes on, heals everything, waits until all has settled, and checks.
    ///
    /// - Parameters:
    ///   - onFault: Hears what is done to the cluster, in words.
    ///   - faults: Throws only for what makes the run void.
    package func run(
        onFault: @escaping @Sendable (String) -> Void = { _ in },
        _ faults: @escaping @Sendable (Stage) async throws -> Void
    ) async throws -> Outcome {
        let history = History()
        return try await CrashCluster.run(plan) { cluster in
            let stage = Stage(
                cluster: cluster,
                history: history,
                injector: FaultInjector(cluster: cluster, history: history, onFault: onFault)
            )
            try await watched(stage) { subscribers, tail in
                try await loaded(stage, faults)
                try await cluster.heal()
                try await Settling(
                    cluster: cluster,
                    history: history,
                    subscribers: subscribers,
                    tail: tail,
                    patience: patience,
                    logger: Self.logger
                ).run()
            }
            let record = history.record
            let verdict = Checker(record).verdict()
            if !verdict.isGood { cluster.showLastLines() }
            await cluster.killAll()
            return Outcome(verdict: verdict, history: record)
        }
    }

    // MARK: - Parts

    private static var logger: Logger {
        var logger = Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }

    /// Runs `body` while subscribers and the tail watch; the subscribers have begun by then.
    private func watched(
        _ stage: Stage,
        _ body: @escaping @Sendable ([Subscriber], TopicTail) async throws -> Void
    ) async throws {
        let cluster = stage.cluster
        let subscribers = (0..<plan.subscribers).map { number in
            Subscriber(number: number, key: cluster.key.key, history: stage.history) { cluster.addresses }
        }
        let tail = TopicTail(
            servers: cluster.broker.servers,
            topics: TopicNames(prefix: cluster.prefix),
            pool: .optimization,
            group: "\(cluster.prefix)-tail",
            history: stage.history,
            logger: Self.logger
        )
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for subscriber in subscribers {
                group.addTask {
                    await subscriber.run()
                    return false
                }
            }
            group.addTask {
                try await tail.run()
                return false
            }
            if cluster.broker.kind == .embedded {
                group.addTask { throw try await cluster.broker.endedByItself() }
            }
            group.addTask {
                for subscriber in subscribers { await subscriber.waitUntilSubscribed() }
                try await body(subscribers, tail)
                return true
            }
            defer { group.cancelAll() }
            while let isBody = try await group.next(), !isBody {}
        }
    }

    /// Runs the load until the faults are over, and a little more.
    private func loaded(_ stage: Stage, _ faults: @escaping @Sendable (Stage) async throws -> Void) async throws {
        let stop = AsyncEvent()
        let cluster = stage.cluster
        let workload = Workload(load, seed: seed, key: cluster.key.key, history: stage.history) { cluster.addresses }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await workload.run(until: stop) }
            do {
                try await faults(stage)
                // What is still broken would only make the last commands wait.
                try await cluster.heal()
            } catch {
                group.cancelAll()
                throw error
            }
            stop.set()
            try await group.waitForAll()
        }
    }
}
