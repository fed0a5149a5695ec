import ChildProcesses
import NovaTestKit

/// Sends a command that ends each worker that handles it, and starts those workers anew, as systemd would, until it has
/// failed.
struct Poisoning: Sendable {
    let cluster: CrashCluster
    let history: History
    let note: @Sendable (String, String) -> Void

    /// Of the workers' sessions, one after the other; with what else is broken meanwhile.
    private static let patience = Duration.seconds(180)

    /// Begins the flows of such commands; the workers are told by `NOVA_POISON`.
    static let prefix = "poison-"

    /// Returns when its job has ended; where it has not in time, the checker will find it stuck.
    func run(_ number: Int) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for seat in cluster.workers {
                group.addTask {
                    try await keep(seat)
                    return false
                }
            }
            group.addTask {
                try await send(number)
                return true
            }
            defer { group.cancelAll() }
            while let isSent = try await group.next(), !isSent {}
        }
    }

    private func send(_ number: Int) async throws {
        let (flow, key) = ("\(Self.prefix)\(number)", "poison-key-\(number)")
        let sent = history.add(writer: -number, kind: .poison, flowID: flow, idempotencyKey: key)
        let sender = CommandSender(key: cluster.key.key, shape: LoadShape(), history: history) { cluster.addresses }
        let command = LoadCommand(kind: .poison, flowID: flow, idempotencyKey: key, wait: 0, seconds: 0)
        guard await sender.send(command, number: sent.id, firstGateway: 0) == .taken else {
            return note("", "poison \(number) was not taken")
        }
        let deadline = ContinuousClock.now + Self.patience
        while !hasEnded(sent.id) {
            guard .now < deadline else { return note("", "poison \(number) has not ended in time") }
            // The history tells nobody of what it takes.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func hasEnded(_ command: Int) -> Bool {
        let record = history.record
        let jobs = Set(record.answers.filter { $0.command == command }.compactMap(\.jobID))
        return record.events.contains { jobs.contains($0.jobID) && $0.isTerminal }
    }

    /// Starts a worker anew whenever poison has ended it; what other faults end is theirs to heal.
    private func keep(_ seat: Seat) async throws {
        while true {
            guard let process = seat.process else { return }
            _ = try await process.exit()
            if process.lastLines(200).contains(where: { $0.contains("poisoned") }) {
                note("", "\(seat.name) was ended by poison")
                try await seat.alone {
                    if seat.process === process { try await seat.revive() }
                }
            }
            // Until another fault has put one in its place.
            while seat.process === process { try await Task.sleep(for: .milliseconds(50)) }
        }
    }
}
