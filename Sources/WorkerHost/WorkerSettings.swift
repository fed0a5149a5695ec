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
        concurrency = try settings.int("worker.concurrency", default: concurrency, in: 1...10_000)
        backlogPerPartition = try settings.int(
            "worker.backlog_per_partition",
            default: backlogPerPartition,
            in: 2...100_000
        )
        backlogBytesPerPartition = try settings.int(
            "worker.backlog_bytes_per_partition",
            default: backlogBytesPerPartition,
            in: 1_024...1_073_741_824
        )
        computeThreads = try settings.int("worker.compute_threads", default: computeThreads, in: 1...1_024)
        maximumAttempts = try settings.int("worker.attempts", default: maximumAttempts, in: 1...100)
        maximumRetryTime = try settings.positive("worker.retry_time", default: maximumRetryTime)
        backoffFirst = try settings.positive("worker.backoff_first", default: backoffFirst)
        backoffMaximum = try settings.positive("worker.backoff_maximum", default: backoffMaximum)
        lease = try settings.positive("worker.lease", default: lease)
        suspectTime = try settings.positive("worker.suspect_time", default: suspectTime)
        progressPerSecond = try settings.int("worker.progress_per_second", default: progressPerSecond, in: 1...100)
        shutdownGrace = try settings.duration("worker.shutdown_grace", default: shutdownGrace)
    }
}
