package import Logging
import NIOPosix

/// What a handler knows of the attempt it is, and can tell about it.
package struct JobContext: Sendable {
    /// 1 for the first.
    package let attempt: Int
    /// With the ids of the job.
    package let logger: Logger
    /// Raised when the work should stop; `handle`'s task is cancelled with it.
    package let cancellation: CancellationSignal
    let progressBox: ProgressBox
    let threads: NIOThreadPool

    /// Tells how far the job is, from any thread, without waiting.
    ///
    /// Subscribers hear the newest, a few times a second.
    package func report(_ progress: Progress) { progressBox.put(progress) }

    /// Runs CPU-bound work on the pool's own threads, so that no other task waits for it.
    ///
    /// Cancellation does not interrupt `work`: it must ask `cancellation` itself.
    package func compute<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await threads.runIfActive(work)
    }
}
