package import ChildProcesses
import Foundation
package import NovaTestKit
import Synchronization

/// The embedded cluster ended in the middle of a run; that says nothing of Nova.
package struct BrokerEnded: Error, CustomStringConvertible {
    let exit: ChildExit
    let lines: [String]

    package var description: String {
        "the run is void, the embedded broker ended (\(exit)):\n\(lines.joined(separator: "\n"))"
    }
}

/// The cluster's broker: the embedded one takes orders, the independent one is killed and started on its records.
package final class BrokerSeat: Sendable {
    private let first: TestBroker
    private let host: ScopeHost
    private let current: Mutex<ChildProcess>

    init(_ broker: TestBroker, host: ScopeHost) {
        first = broker
        self.host = host
        current = Mutex(broker.process)
    }

    package var kind: BrokerKind { first.kind }
    var place: TestBroker.Place? { first.place }
    package var servers: String { first.bootstrapServers }
    package var process: ChildProcess { current.withLock(\.self) }

    /// Of the embedded cluster; one order at a time.
    package func order(_ order: String) async throws { try await first.order(order) }

    /// Returns when the embedded cluster has ended, which nobody here asked for: a run on it is void then.
    func endedByItself() async throws -> BrokerEnded {
        let exit = try await first.process.exit()
        return BrokerEnded(exit: exit, lines: first.process.lastLines(30))
    }

    /// Of an independent broker only: the embedded one keeps nothing.
    package func kill() async { await process.kill() }

    /// Returns when it serves again.
    package func start() async throws {
        let first = first
        let process: ChildProcess = try await host.open { ready in
            try await withBroker(first.kind, at: first.place) { broker in
                ready(broker.process)
                _ = try await broker.process.exit()
            }
        }
        current.withLock { $0 = process }
    }

    package func freeze() { process.signal(SIGSTOP) }
    package func thaw() { process.signal(SIGCONT) }
    package var isAlive: Bool { ProcessStatus(pid: process.pid).map { $0.state != "Z" } ?? false }
}
