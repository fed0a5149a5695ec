import Logging
import Metrics
import NovaContract
import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization

extension ReplyHub {
    /// Hears replies until the graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.expireAll() }
                group.addTask { await self.hearAll() }
            }
        }
        stopWaiting()
    }

    private func expireAll() async {
        let gauge = Gauge(label: "nova_http_waiters")
        while !Task.isCancelled {
            let (woken, count) = waiting.withLock { ($0.expire(now: .now), $0.count) }
            for (continuation, ending) in woken { continuation.resume(returning: ending) }
            gauge.record(count)
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    private func hearAll() async {
        await store.redis.hear(channel, buffer: 16_384) { error in
            logger.warning("replies are not heard", metadata: ["error": "\(error)"])
        } _: {
            try await take($0)
        }
    }

    private func take(_ event: RedisSubscriptionEvent) async throws {
        switch event {
        case .subscribed:
            try await readAll()
        case .interrupted(let reason):
            logger.warning("replies are not heard for now", metadata: ["reason": "\(reason)"])
        case .message(_, _, let payload):
            guard let reply = Reply(payload) else {
                logger.error("a reply could not be read", metadata: ["bytes": "\(payload.count)"])
                return
            }
            take(reply.jobID, reply.ending)
        }
    }

    /// A job ended: wakes those who wait for it.
    func take(_ jobID: String, _ ending: JobEnding) {
        for (continuation, ending) in waiting.withLock({ $0.end(jobID, ending) }) {
            continuation.resume(returning: ending)
        }
    }

    /// Finds the jobs that ended while nothing was heard.
    private func readAll() async throws {
        let jobs = waiting.withLock(\.jobs)
        for start in stride(from: 0, to: jobs.count, by: 256) {
            let records = try await store.jobs.get(Array(jobs[start..<min(start + 256, jobs.count)]))
            for record in records {
                if let record, let ending = JobEnding(record) { take(record.id, ending) }
            }
        }
    }
}
