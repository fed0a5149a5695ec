import Logging
import NovaContract
import NovaStore
import RedisClient

/// Hears which jobs are to be cancelled, and tells those that run or wait here.
struct Cancellations: Sendable {
    let configuration: WorkerConfiguration
    let store: Store
    let running: RunningJobs
    let retryTimer: RetryTimer
    let logger: Logger

    /// Until the task is cancelled.
    func hear() async {
        let channel = store.keys.cancellationChannel(configuration.pool)
        await store.redis.hear(channel) { error in
            logger.warning("cancellations are not heard", metadata: ["error": "\(error)"])
        } _: {
            try await take($0)
        }
    }

    private func take(_ event: RedisSubscriptionEvent) async throws {
        switch event {
        case .subscribed:
            // What was asked for while nothing was heard.
            for jobID in try await store.jobs.cancelRequested(running.all + retryTimer.jobs) { cancel(jobID) }
        case .interrupted(let reason):
            logger.warning("cancellations are not heard for now", metadata: ["reason": "\(reason)"])
        case .message(_, _, let payload):
            cancel(String(decoding: payload, as: UTF8.self))
        }
    }

    private func cancel(_ jobID: String) {
        running.cancel(jobID)
        retryTimer.wake(jobID)
    }
}
