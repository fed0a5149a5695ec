package import NovaContract
import NovaProcess
package import NovaService
package import WorkerRuntime

extension WorkerConfiguration {
    /// Reads everything below `worker`.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong.
    package init(_ settings: Settings, pool: Pool, topics: TopicNames, workerID: String) throws {
        self.init(pool: pool, topics: topics, workerID: workerID)
        concurrency = try settings[\WorkerSettings.concurrency]
        backlogPerPartition = try settings[\WorkerSettings.backlogPerPartition]
        backlogBytesPerPartition = try settings[\WorkerSettings.backlogBytesPerPartition]
        computeThreads = try settings[\WorkerSettings.computeThreads]
        maximumAttempts = try settings[\WorkerSettings.attempts]
        maximumRetryTime = try settings[\WorkerSettings.retryTime]
        backoffFirst = try settings[\WorkerSettings.backoffFirst]
        backoffMaximum = try settings[\WorkerSettings.backoffMaximum]
        lease = try settings[\WorkerSettings.lease]
        suspectTime = try settings[\WorkerSettings.suspectTime]
        progressPerSecond = try settings[\WorkerSettings.progressPerSecond]
        shutdownGrace = try settings[\WorkerSettings.shutdownGrace]
    }
}
