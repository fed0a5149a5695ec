package import NovaContract

/// How a worker works.
package struct WorkerConfiguration: Sendable {
    package let pool: Pool
    package let topics: TopicNames
    /// Name of this process in job records and logs.
    package let workerID: String
    /// Commands handled at the same time.
    package var concurrency = 64
    /// Unfinished records of a partition at which it is paused.
    package var backlogPerPartition = 256
    /// Threads for CPU-bound work.
    package var computeThreads = 2
    /// Attempts of a command whose fault may pass.
    package var maximumAttempts = 5
    package var backoff = Backoff()
    /// Progress events of one job in a second, at most.
    package var progressPerSecond = 4
    /// How long running commands may go on after SIGTERM before they are handed back.
    package var shutdownGrace: Duration = .seconds(10)

    package init(pool: Pool, topics: TopicNames, workerID: String) {
        self.pool = pool
        self.topics = topics
        self.workerID = workerID
    }
}
