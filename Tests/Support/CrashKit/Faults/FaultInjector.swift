import ChildProcesses
import FlowPool
import NovaContract

/// Carries out faults on a cluster and heals each after its time; all of it is noted in the history.
package struct FaultInjector: Sendable {
    private let cluster: CrashCluster
    private let history: History
    private let onFault: @Sendable (String) -> Void

    /// - Parameter onFault: Hears what is done, in words, as it is done.
    package init(cluster: CrashCluster, history: History, onFault: @escaping @Sendable (String) -> Void = { _ in }) {
        self.cluster = cluster
        self.history = history
        self.onFault = onFault
    }

    /// Returns when the last fault is healed.
    ///
    /// A fault waits for the one before it on the same target to be healed, however long that takes.
    package func run(_ schedule: FaultSchedule) async throws {
        let begin = ContinuousClock.now
        let targets = Dictionary(grouping: schedule.entries, by: \.fault.target)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for entries in targets.values {
                group.addTask {
                    for entry in entries {
                        try await Task.sleep(until: begin + entry.at)
                        try await inject(entry.fault, for: entry.length)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Returns when the fault is healed.
    package func inject(_ fault: Fault, for length: Duration) async throws {
        note(fault.kind, "\(fault.target), \(fault.kind)\(fault.details), for \(length)")
        switch fault {
        case .poison(let number): try await Poisoning(cluster: cluster, history: history, note: note).run(number)
        case .killWorker(let number): try await kill(cluster.workers[number], length)
        case .killGateway(let number): try await kill(cluster.gateways[number], length)
        case .freezeWorker(let number): try await freeze(cluster.workers[number], length)
        case .freezeGateway(let number): try await freeze(cluster.gateways[number], length)
        case .stopWorker(let number): try await stop(cluster.workers[number], length)
        case .worker(let number, let point): try await die(cluster.workers[number], point, length)
        case .gateway(let number, let point): try await die(cluster.gateways[number], point, length)
        case .killRedis, .freezeRedis: try await redis(fault, length)
        case .brokerDown, .brokerSlow, .brokerErrors, .moveCoordinator: try await broker(fault, length)
        }
        note("", "\(fault.target) is healed")
    }

    private func note(_ kind: String, _ text: String) {
        history.fault(kind, text)
        onFault(text)
    }

    // MARK: - Members

    private func kill(_ seat: Seat, _ length: Duration) async throws {
        try await seat.alone {
            await seat.kill()
            try await Task.sleep(for: length)
            try await seat.revive()
        }
    }

    private func freeze(_ seat: Seat, _ length: Duration) async throws {
        try await seat.alone {
            seat.freeze()
            try await Task.sleep(for: length)
            seat.thaw()
        }
    }

    private func stop(_ seat: Seat, _ length: Duration) async throws {
        try await seat.alone {
            if let exit = try await seat.stop(), !exit.isSuccess { note("", "\(seat.name) ended with \(exit)") }
            try await Task.sleep(for: length)
            try await seat.revive()
        }
    }

    private func die(_ seat: Seat, _ point: String, _ length: Duration) async throws {
        try await seat.alone { try await dieNow(seat, point, length) }
    }

    /// It may not come to the place in this time; then it is killed.
    private func dieNow(_ seat: Seat, _ point: String, _ length: Duration) async throws {
        await seat.kill()
        let process = try await seat.start(["NOVA_FAULT": point])
        // Only then do clients find it; a worker may be dead before.
        if seat.isGateway { try await seat.ready() }
        do {
            _ = try await process.line(within: length) { $0.contains("fault point reached") }
        } catch ChildProcessError.silent {
            note("", "\(seat.name) did not come to \(point)")
        } catch ChildProcessError.ended {
            note("", "\(seat.name) ended before it came to \(point)")
        }
        await seat.kill()
        try await seat.revive()
    }

    // MARK: - What they stand on

    private func redis(_ fault: Fault, _ length: Duration) async throws {
        if fault == .killRedis {
            await cluster.redis.kill()
            try await Task.sleep(for: length)
            try await cluster.redis.start()
        } else {
            cluster.redis.freeze()
            try await Task.sleep(for: length)
            cluster.redis.thaw()
        }
    }

    private func broker(_ fault: Fault, _ length: Duration) async throws {
        let broker = cluster.broker
        switch fault {
        case .brokerDown(let number):
            try await broker.order("down \(number)")
            try await Task.sleep(for: length)
            try await broker.order("up \(number)")
        case .brokerSlow(let number, let milliseconds):
            try await broker.order("delay \(number) \(milliseconds)")
            try await Task.sleep(for: length)
            try await broker.order("delay \(number) 0")
        case .brokerErrors(let apiKey, let code, let count):
            try await broker.order("errors \(apiKey) \(code) \(count)")
        case .moveCoordinator(let number):
            let group = TopicNames(prefix: cluster.prefix).group(.optimization)
            try await broker.order("coordinator group \(group) \(number)")
        default:
            preconditionFailure("not a fault of the broker: \(fault)")
        }
    }
}
