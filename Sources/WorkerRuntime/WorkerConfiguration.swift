package import AsyncPrimitives
package import NovaContract
import NovaProcess
import NovaService

/// How a worker works.
package struct WorkerConfiguration: Sendable {
    package let pool: Pool
    package let topics: TopicNames
    /// Name of this process in job records and logs.
    package let workerID: String
    /// Commands handled at the same time.
    package var concurrency = WorkerSettings().concurrency.default
    /// Unfinished records of a partition at which it is paused.
    package var backlogPerPartition = WorkerSettings().backlogPerPartition.default
    /// Bytes of them; one record more may be taken, and what was read ahead.
    package var backlogBytesPerPartition = WorkerSettings().backlogBytesPerPartition.default
    /// Threads for CPU-bound work.
    package var computeThreads = WorkerSettings().computeThreads.default
    /// Attempts of a command whose fault may pass; those count too over which a worker died that had nothing else in work.
    package var maximumAttempts = WorkerSettings().attempts.default
    /// From the first attempt's begin: none begins later, whatever the attempts.
    package var maximumRetryTime = WorkerSettings().retryTime.default
    /// Bound of the random wait after the first attempt; it doubles with each up to the maximum.
    package var backoffFirst = WorkerSettings().backoffFirst.default
    package var backoffMaximum = WorkerSettings().backoffMaximum.default
    /// Between two attempts of one command.
    var attemptBackoff: ExponentialBackoff {
        ExponentialBackoff(first: backoffFirst, maximum: backoffMaximum, jitter: 0.1...1)
    }
    /// Between two tries to tell Redis or Kafka something that must be told, while it does not answer.
    package var outageBackoff = ExponentialBackoff.dependencyOutage
    /// How long the jobs of a worker that died are still shown as running; it says that it lives four times as often.
    package var lease = WorkerSettings().lease.default
    /// How long a command whose last attempt was left unended runs alone at first, and how long another may run before it
    /// makes way for that.
    package var suspectTime = WorkerSettings().suspectTime.default
    /// Progress events of one job in a second, at most.
    package var progressPerSecond = WorkerSettings().progressPerSecond.default
    /// How long running commands may go on after SIGTERM before they are handed back.
    package var shutdownGrace = WorkerSettings().shutdownGrace.default

    package init(pool: Pool, topics: TopicNames, workerID: String) {
        self.pool = pool
        self.topics = topics
        self.workerID = workerID
    }
}

extension ExponentialBackoff {
    /// While Redis or Kafka does not answer a worker: up to 50 ms at first and 10 s at last.
    package static let dependencyOutage = ExponentialBackoff(
        first: .milliseconds(50),
        maximum: .seconds(10),
        jitter: 0.1...1
    )
}
