import AsyncPrimitives
package import Logging
import NovaContract
package import NovaStore
import ServiceLifecycle
import Synchronization

/// Jobs that were or may have been recorded and whose command was not published: they must not stay queued.
///
/// Withdrawn one after the other, each as soon as Redis answers. Bounded; past the bound, and for what is left when the
/// gateway has stopped, the job is named in the log.
package final class AdmissionRollback: Service {
    private struct Entry: Sendable {
        let publication: Publication
        let error: NovaError
    }

    private let store: Store
    private let capacity: Int
    private let logger: Logger
    private let left = Mutex<[Entry]>([])
    private let added = AsyncSignal()

    package init(store: Store, capacity: Int = 4_096, logger: Logger) {
        self.store = store
        self.capacity = capacity
        self.logger = logger
    }

    /// How many are not done yet.
    var count: Int { left.withLock(\.count) }

    /// Returns at once.
    func add(_ publication: Publication, _ error: NovaError) {
        let entry = Entry(publication: publication.withoutPayload, error: error)
        let isTaken = left.withLock { left in
            guard left.count < capacity else { return false }
            left.append(entry)
            return true
        }
        if isTaken { added.signal() } else { report(entry) }
    }

    /// Works until the graceful shutdown, and then tries each that is left once.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.added { await self.withdrawAll() }
        }
        while let entry = left.withLock(\.first) {
            do { try await withdraw(entry) } catch { report(entry) }
            left.withLock { _ = $0.removeFirst() }
        }
    }

    /// Returns when none is left, or when the task is cancelled.
    private func withdrawAll() async {
        var failures = 0
        while let entry = left.withLock(\.first) {
            do {
                try await withdraw(entry)
                // Only this task takes away, so that the first is still the one that is done.
                left.withLock { _ = $0.removeFirst() }
                failures = 0
            } catch {
                failures += 1
                do { try await Task.sleep(for: ExponentialBackoff.withdrawal.delay(after: failures)) } catch { return }
            }
        }
    }

    private func withdraw(_ entry: Entry) async throws {
        let publication = entry.publication
        let verdict = try await store.admission.withdraw(
            publication.command,
            publisher: publication.id,
            idempotency: publication.idempotency,
            error: entry.error
        )
        logger.info(
            "a job's withdrawal was made up for",
            metadata: ["job_id": "\(publication.command.jobID)", "verdict": "\(verdict)"]
        )
    }

    private func report(_ entry: Entry) {
        logger.error(
            "a job may stay queued without a command",
            metadata: [
                "job_id": "\(entry.publication.command.jobID)", "owner": "\(entry.publication.command.owner)",
            ]
        )
    }
}

extension ExponentialBackoff {
    /// While Redis does not take back a job: 50 ms at first and 2 s at last, without jitter, for one task of a gateway asks.
    fileprivate static let withdrawal = ExponentialBackoff(
        first: .milliseconds(50),
        maximum: .seconds(2),
        jitter: 1...1
    )
}
