package import NovaContract
import RedisClient

/// The records of jobs.
package struct JobStore: Sendable {
    let store: Store

    // MARK: - Reading

    package func get(_ id: String, owner: String) async throws -> JobRecord? {
        let reply = try await store.redis.command(fetch(id, owner: owner, JobFields.all))
        guard let values = reply.array else { throw UnexpectedReply("HMGET", reply) }
        guard let record = try JobFields.record(id: id, values) else { return nil }
        return try await settled([record]).first
    }

    /// Those that are said to run, by a worker that is dead, shown as waiting for another one.
    private func settled(_ records: [JobRecord]) async throws -> [JobRecord] {
        let workers = Array(Set(records.filter { $0.state == .running }.map(\.worker)))
        guard !workers.isEmpty else { return records }
        let replies = try await store.redis.pipeline(workers.map { ["EXISTS", RedisArgument(store.keys.worker($0))] })
        var dead: Set<String> = []
        for (worker, reply) in zip(workers, replies) where try reply.get().int == 0 { dead.insert(worker) }
        return records.map { $0.state == .running && dead.contains($0.worker) ? $0.withoutWorker : $0 }
    }

    private func fetch(_ id: String, owner: String, _ fields: [String]) -> [RedisArgument] {
        ["HMGET", RedisArgument(store.keys.job(id, owner: owner))] + fields.map { RedisArgument($0) }
    }

    /// One page of an owner's jobs, newest first.
    ///
    /// Jobs are read a hundred at a time and filtered; a page ends when it is full, when the list ends, or after ten
    /// reads, whichever is first: then `next` goes on from there, and a page may be short though more follow. Results
    /// are not read.
    ///
    /// - Parameter cursor: `next` of the page before, or nil for the first.
    package func list(
        owner: String,
        cursor: ListCursor?,
        limit: Int,
        where isWanted: @Sendable (JobRecord) -> Bool
    ) async throws -> JobPage {
        var found: [JobRecord] = []
        var position = cursor
        for _ in 0..<10 {
            let ids = try await places(in: RedisArgument(store.keys.jobs(owner: owner)), after: position, count: 100)
            guard !ids.isEmpty else { return JobPage(jobs: found, next: nil) }
            let records = try await summaries(of: ids, owner: owner)
            for entry in ids {
                position = entry
                guard let record = records[entry.id], isWanted(record) else { continue }
                found.append(record)
                if found.count == limit { return JobPage(jobs: found, next: entry) }
            }
            if ids.count < 100 { return JobPage(jobs: found, next: nil) }
        }
        return JobPage(jobs: found, next: position)
    }

    private func summaries(of ids: [ListCursor], owner: String) async throws -> [String: JobRecord] {
        let replies = try await store.redis.pipeline(ids.map { fetch($0.id, owner: owner, JobFields.summary) })
        let records = try zip(ids, replies).compactMap { entry, reply in
            try JobFields.record(id: entry.id, reply.get().array ?? [])
        }
        return Dictionary(try await settled(records).map { ($0.id, $0) }) { first, _ in first }
    }

    /// The next places in a sorted set of ids by time: `jobs-page.lua`.
    func places(in list: RedisArgument, after cursor: ListCursor?, count: Int) async throws -> [ListCursor] {
        let reply = try await store.redis.evaluate(
            StoreScripts.jobsPage,
            keys: [list],
            arguments: [
                RedisArgument(cursor.map { String($0.createdAt) } ?? ""), RedisArgument(cursor?.id ?? ""),
                RedisArgument(count),
            ]
        )
        guard let values = reply.array else { throw UnexpectedReply("jobs-page", reply) }
        return try stride(from: 0, to: values.count - 1, by: 2).map { index in
            guard let id = values[index].string, let score = values[index + 1].string.flatMap(Double.init) else {
                throw UnexpectedReply("jobs-page", reply)
            }
            return ListCursor(createdAt: Int64(score), id: id)
        }
    }

    /// Those of the jobs whose cancellation somebody asked for, for workers that may not have heard of it.
    package func cancelRequested(_ jobs: [(id: String, owner: String)]) async throws -> [String] {
        guard !jobs.isEmpty else { return [] }
        let replies = try await store.redis.pipeline(
            jobs.map { ["HEXISTS", RedisArgument(store.keys.job($0.id, owner: $0.owner)), "cancel"] }
        )
        return try zip(jobs, replies).compactMap { job, reply in try reply.get().int == 1 ? job.id : nil }
    }

    /// The states of many jobs at once, for waiters that may have missed a reply; of one that runs it is not looked
    /// whether its worker lives.
    package func get(_ jobs: [(id: String, owner: String)]) async throws -> [JobRecord?] {
        guard !jobs.isEmpty else { return [] }
        let replies = try await store.redis.pipeline(jobs.map { fetch($0.id, owner: $0.owner, JobFields.all) })
        return try zip(jobs, replies).map { job, reply in
            try JobFields.record(id: job.id, reply.get().array ?? [])
        }
    }
}

package struct JobPage: Sendable {
    package let jobs: [JobRecord]
    /// Where the next page begins; nil: there is none.
    package let next: ListCursor?
}
