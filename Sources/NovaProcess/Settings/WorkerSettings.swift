package import NovaService

/// How any worker works.
package struct WorkerSettings: SettingGroup {
    package init() {}
    package static let readers = NovaProgram.workers

    package let groupInstance = Setting.optionalText(
        "kafka.group_instance_id",
        """
        Makes the worker a static member of its group under this name, so that a restart within the session timeout moves no \
        partitions. Each worker needs a name of its own. Empty: a dynamic member.
        """
    )
    package let id = Setting.optionalText(
        "worker.id",
        "Name of this process in job records and logs. Empty: a new one at each start."
    )
    package let concurrency = Setting.integer(
        "worker.concurrency",
        default: 64,
        in: 1...10_000,
        "Commands in work at the same time; of one entity (a flow, a task, a resource, a memory) never more than one."
    )
    package let backlogPerPartition = Setting.integer(
        "worker.backlog_per_partition",
        default: 256,
        in: 2...100_000,
        "Unfinished commands of one partition at which it is paused."
    )
    package let backlogBytesPerPartition = Setting.integer(
        "worker.backlog_bytes_per_partition",
        default: 16 * 1_048_576,
        in: 1_024...1_073_741_824,
        "Bytes of them at which the partition is paused too."
    )
    package let computeThreads = Setting.integer(
        "worker.compute_threads",
        default: 4,
        in: 1...1_024,
        """
        Threads for computing. The cores of the machine are a good number; with twice as many, long searches leave room for \
        short ones.
        """
    )
    package let attempts = Setting.integer(
        "worker.attempts",
        default: 5,
        in: 1...100,
        """
        Attempts of a command whose fault may pass, those included over which a worker died that had nothing else in work; \
        then the job has failed and its command is a dead letter.
        """
    )
    package let retryTime = Setting.positive(
        "worker.retry_time",
        default: .seconds(600),
        "From the first attempt on: none begins later, however many are left."
    )
    package let backoffFirst = Setting.positive(
        "worker.backoff_first",
        default: .milliseconds(50),
        """
        Between two attempts: a random time up to a bound, which begins here and doubles with each attempt. An upstream's \
        Retry-After that is longer is waited for.
        """
    )
    package let backoffMaximum = Setting.positive(
        "worker.backoff_maximum",
        default: .seconds(10),
        "Where that bound ends."
    )
    package let lease = Setting.positive(
        "worker.lease",
        default: .seconds(10),
        """
        How long the jobs of a worker that died are still shown as running. Not longer than Kafka's `session.timeout.ms`.
        """
    )
    package let suspectTime = Setting.positive(
        "worker.suspect_time",
        default: .seconds(2),
        """
        How long a command whose last attempt was left unended, mostly by a worker that died, runs alone at first; four \
        times as long each time that happens again. Also how long what runs may go on before it makes way for that.
        """
    )
    package let progressPerSecond = Setting.integer(
        "worker.progress_per_second",
        default: 4,
        in: 1...100,
        "Progress events of one job in a second, at most."
    )
    package let shutdownGrace = Setting.duration(
        "worker.shutdown_grace",
        default: .seconds(10),
        "On SIGTERM: how long running commands may go on before they are handed back to other workers."
    )
    package let healthHost = Setting.text(
        "health.host",
        default: "127.0.0.1",
        "Where /health/live, /health/ready and /metrics are served; no key is asked for."
    )
    package let healthPort = Setting.integer(
        "health.port",
        default: 8_013,
        in: 0...65_535,
        "Port of `health.host`. 0: any that is free; the log line \"worker ready\" tells it."
    )
}
