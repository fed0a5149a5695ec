import Synchronization

/// The jobs that run in this process, so that they can be told to stop.
final class RunningJobs: Sendable {
    private struct Job {
        let owner: String
        var signals: [CancellationSignal]
    }

    private let jobs = Mutex<[String: Job]>([:])

    func add(_ jobID: String, owner: String, _ signal: CancellationSignal) {
        jobs.withLock { $0[jobID, default: Job(owner: owner, signals: [])].signals.append(signal) }
    }

    func remove(_ jobID: String, _ signal: CancellationSignal) {
        jobs.withLock { jobs in
            jobs[jobID]?.signals.removeAll { $0 === signal }
            if jobs[jobID]?.signals.isEmpty == true { jobs[jobID] = nil }
        }
    }

    var all: [(id: String, owner: String)] { jobs.withLock { $0.map { ($0.key, $0.value.owner) } } }

    /// Jobs that do not run here are passed over: the message goes to every worker of the pool.
    func cancel(_ jobID: String) {
        for signal in jobs.withLock({ $0[jobID]?.signals ?? [] }) { signal.raise(.requested) }
    }
}
