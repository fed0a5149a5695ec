import Synchronization

/// The jobs that run in this process, so that they can be told to stop.
final class RunningJobs: Sendable {
    private let signals = Mutex<[String: [CancellationSignal]]>([:])

    func add(_ jobID: String, _ signal: CancellationSignal) {
        signals.withLock { $0[jobID, default: []].append(signal) }
    }

    func remove(_ jobID: String, _ signal: CancellationSignal) {
        signals.withLock { signals in
            signals[jobID]?.removeAll { $0 === signal }
            if signals[jobID]?.isEmpty == true { signals[jobID] = nil }
        }
    }

    /// Jobs that do not run here are passed over: the message goes to every worker of the pool.
    func cancel(_ jobID: String) {
        for signal in signals.withLock({ $0[jobID] ?? [] }) { signal.raise(.requested) }
    }
}
