import Logging
import NovaStore

/// Says in Redis that this worker lives, so that its running jobs are known to run.
struct Heartbeat: Sendable {
    let configuration: WorkerConfiguration
    let store: Store
    let logger: Logger

    /// Until the task is cancelled.
    func give() async {
        while !Task.isCancelled {
            do {
                try await store.workers.renew(configuration.workerID, for: configuration.lease)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("no sign of life was given", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: configuration.lease / 4) } catch { return }
        }
    }

    /// This worker has nothing any more.
    func end() async {
        do {
            try await store.workers.end(configuration.workerID)
        } catch {
            logger.warning("the last sign of life is left to expire", metadata: ["error": "\(error)"])
        }
    }
}
