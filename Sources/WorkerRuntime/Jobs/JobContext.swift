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
    let slot: SlotPermit
    let turn: Turn

    /// Tells how far the job is, from any thread, without waiting.
    ///
    /// Subscribers hear the newest, a few times a second.
    package func report(_ progress: Progress) { progressBox.put(progress) }

    /// Waits without holding one of the worker's slots, so that other commands run meanwhile.
    ///
    /// The command's entity stays held, and cancellation, deadline and lease are as for any running command; at a
    /// graceful stop it is told at once. Afterwards it goes on without waiting for a slot, as soon as no suspect is alone
    /// (`Turns`): keep what follows short.
    package func withoutSlot<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ wait: () async throws -> Value
    ) async rethrows -> Value {
        slot.lend()
        await turn.pause()
        let value: Value
        do {
            value = try await wait()
        } catch {
            await goOn()
            throw error
        }
        await goOn()
        return value
    }

    private func goOn() async {
        await turn.resume()
        slot.reclaim()
    }

    /// Runs CPU-bound work on the pool's own threads, so that no other task waits for it.
    ///
    /// Cancellation does not interrupt `work`: it must ask `cancellation` itself.
    package func compute<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await threads.runIfActive(work)
    }
}
