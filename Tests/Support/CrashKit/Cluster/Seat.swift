import AsyncPrimitives
package import ChildProcesses
import Foundation
package import NovaTestKit
import Synchronization

/// One place of a cluster: a process runs there, is killed, frozen, thawed, and another one started in its place.
package final class Seat: Sendable {
    private struct State {
        var process: ChildProcess?
        /// Nil until the present process has said that it is ready.
        var member: ClusterMember?
        /// Of the last member: clients go on trying it while there is no other.
        var url = "http://127.0.0.1:1"
    }

    package struct NotStarted: Error {
        package let name: String
    }

    package let name: String
    private let semaphore = AsyncSemaphore(permits: 1)
    private let role: MemberRole
    private let cluster: NovaCluster
    private let host: ScopeHost
    private let state = Mutex(State())

    init(_ role: MemberRole, number: Int, cluster: NovaCluster, host: ScopeHost) {
        self.role = role
        self.cluster = cluster
        self.host = host
        name = "\(role.rawValue) \(number)"
    }

    package var isGateway: Bool { role == .gateway }
    /// The process that was started last, also where it has ended.
    package var process: ChildProcess? { state.withLock(\.process) }
    package var url: String { state.withLock(\.url) }

    /// Starts a process here; returns when it runs, which is before it is ready.
    ///
    /// - Parameter environment: Beside that of the cluster's plan.
    @discardableResult
    package func start(_ environment: [String: String] = [:]) async throws -> ChildProcess {
        let (cluster, role, name) = (cluster, role, name)
        let process: ChildProcess = try await host.open { ready in
            try await cluster.withProcess(role, environment: environment, name: name) { process in
                ready(process)
                _ = try await process.exit()
            }
        }
        state.withLock { state in
            state.process = process
            state.member = nil
        }
        return process
    }

    /// Returns when the present process is ready.
    @discardableResult
    package func ready() async throws -> ClusterMember {
        let (present, known) = state.withLock { ($0.process, $0.member) }
        if let known { return known }
        guard let present else { throw NotStarted(name: name) }
        let member = try await ClusterMember(present, role)
        state.withLock { state in
            guard state.process === present else { return }
            state.member = member
            state.url = member.url
        }
        return member
    }

    /// Starts a process again and waits until it is ready.
    package func restart(_ environment: [String: String] = [:]) async throws {
        try await start(environment)
        try await ready()
    }

    /// Restarts it where it may die before it is ready: of poison, which waits for it.
    func revive() async throws {
        try await start()
        do { try await ready() } catch ChildProcessError.ended {}
    }

    /// Runs `body` while no other that asks so ends or starts a process here.
    func alone(_ body: () async throws -> Void) async throws { try await semaphore.withPermit(body) }

    /// SIGKILL; returns when it is gone.
    package func kill() async { await process?.kill() }

    /// SIGTERM; returns when it has ended, by itself or by SIGKILL after `grace`.
    @discardableResult
    package func stop(grace: Duration = .seconds(30)) async throws -> ChildExit? {
        guard let process else { return nil }
        await process.stop(grace: grace)
        return try await process.exit()
    }

    package func freeze() { process?.signal(SIGSTOP) }
    package func thaw() { process?.signal(SIGCONT) }

    /// Whether there is a process that runs or is frozen.
    package var isAlive: Bool {
        // A child that was reaped has no entry; until then it is shown as a zombie, `Z`.
        guard let pid = process?.pid else { return false }
        return ProcessStatus(pid: pid).map { $0.state != "Z" && $0.state != "X" } ?? false
    }
}
