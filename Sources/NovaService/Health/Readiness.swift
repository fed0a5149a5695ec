import Synchronization

/// Whether this process should get work: what it depends on, each up or down, and whether it is stopping.
///
/// Whoever talks to a dependency reports on it here; ``HealthServer`` and the gateway's own `/health/ready` show it.
package final class Readiness: Sendable {
    /// One dependency, as last reported.
    package struct Dependency: Sendable, Equatable {
        package let up: Bool
        /// For a person: why it is down, or what it is.
        package let detail: String?
    }

    /// How things stood at one moment.
    package struct Snapshot: Sendable, Equatable {
        package let isStopping: Bool
        package let dependencies: [String: Dependency]

        /// Ready for work: not stopping, and every dependency is up.
        package var isReady: Bool { !isStopping && dependencies.values.allSatisfy(\.up) }
        /// `ready`, `not ready` or `stopping`.
        package var status: String { isStopping ? "stopping" : isReady ? "ready" : "not ready" }
    }

    private struct State {
        var isStopping = false
        var dependencies: [String: Dependency]
    }

    private let state: Mutex<State>

    /// - Parameter names: Dependencies that count as down until they are first reported, so that a process which is
    ///   still starting is not taken for a ready one.
    package init(awaiting names: [String] = []) {
        let starting = Dependency(up: false, detail: "starting")
        state = Mutex(State(dependencies: Dictionary(names.map { ($0, starting) }) { first, _ in first }))
    }

    /// Reports on one dependency; the last report counts.
    package func set(_ name: String, up: Bool, detail: String? = nil) {
        state.withLock { $0.dependencies[name] = Dependency(up: up, detail: detail) }
    }

    /// Makes the process not ready for good.
    ///
    /// Call first when a stop begins, so that no new work is sent while what is in flight is finished.
    package func stopping() {
        state.withLock { $0.isStopping = true }
    }

    package var snapshot: Snapshot {
        state.withLock { Snapshot(isStopping: $0.isStopping, dependencies: $0.dependencies) }
    }
}
