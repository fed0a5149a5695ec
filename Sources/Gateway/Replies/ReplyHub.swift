package import Logging
import NovaContract
package import NovaStore
import ServiceLifecycle
import Synchronization

/// Wakes the requests of this gateway that wait for a job, when the job ends, whichever worker ends it.
///
/// Replies come over one Redis channel. One that is lost while the connection is, is found again: after each
/// resubscription the records of all awaited jobs are read, and once more when a waiter's time is over.
package final class ReplyHub: Service {
    typealias Token = WaitingList<CheckedContinuation<JobEnding?, Never>>.Token

    /// The Redis channel that workers reply on.
    let channel: String
    let store: Store
    let logger: Logger
    let waiting: Mutex<WaitingList<CheckedContinuation<JobEnding?, Never>>>

    /// - Parameter capacity: waiters at once; requests beyond it are answered 202 without waiting.
    package init(gatewayID: String, store: Store, capacity: Int, logger: Logger) {
        channel = store.keys.replyChannel(gateway: gatewayID)
        self.store = store
        self.logger = logger
        waiting = Mutex(WaitingList(capacity: capacity))
    }

    /// Requests that wait or are about to.
    var waiters: Int { waiting.withLock(\.count) }

    // MARK: - Waiting

    /// Nil where the client is not to wait.
    ///
    /// Otherwise call `ending(of:)` or `remove` once.
    func register(_ jobID: String, _ owner: String, until deadline: ContinuousClock.Instant) -> Waiter? {
        let token = waiting.withLock { $0.register(jobID, owner, until: deadline) }
        return token.map { Waiter(token: $0, jobID: jobID, owner: owner) }
    }

    func remove(_ waiter: Waiter) {
        waiting.withLock { $0.remove(waiter.token) }?.resume(returning: nil)
    }

    /// Returns when the job has ended, its waiter's time is over, or the gateway is stopping.
    func ending(of waiter: Waiter) async -> JobEnding {
        if let ending = await wait(waiter) { return ending }
        // A reply may have been lost with the connection.
        return await recorded(waiter.jobID, owner: waiter.owner) ?? .pending(waiter.jobID)
    }

    private func wait(_ waiter: Waiter) async -> JobEnding? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                switch waiting.withLock({ $0.wait(waiter.token, continuation, now: .now) }) {
                case .waits: break
                case .ended(let ending): continuation.resume(returning: ending)
                case .over: continuation.resume(returning: nil)
                }
                // Cancellation that came before the wait began has found nobody to wake.
                if Task.isCancelled { remove(waiter) }
            }
        } onCancel: {
            remove(waiter)
        }
    }

    /// For a job that an earlier request began and whose end is told here too, unless it has ended already.
    func follow(_ jobID: String, owner: String, until deadline: ContinuousClock.Instant) async -> JobEnding {
        await follow(jobID, owner: owner, register(jobID, owner, until: deadline))
    }

    /// The same for a waiter that is registered already; nil does not wait.
    func follow(_ jobID: String, owner: String, _ waiter: Waiter?) async -> JobEnding {
        if let ending = await recorded(jobID, owner: owner) {
            if let waiter { remove(waiter) }
            return ending
        }
        guard let waiter else { return .pending(jobID) }
        return await ending(of: waiter)
    }

    private func recorded(_ jobID: String, owner: String) async -> JobEnding? {
        do {
            return try await store.jobs.get(jobID, owner: owner).flatMap(JobEnding.init)
        } catch {
            logger.warning("a job could not be looked up", metadata: ["job_id": "\(jobID)", "error": "\(error)"])
            return nil
        }
    }

    /// Answers all who wait, and those who would: the gateway is stopping.
    package func stopWaiting() {
        for (continuation, ending) in waiting.withLock({ $0.close() }) { continuation.resume(returning: ending) }
    }
}
