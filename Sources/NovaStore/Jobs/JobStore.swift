package import NovaContract
import RedisClient

/// The records of jobs.
package struct JobStore: Sendable {
    package let store: Store

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

    /// One page of an owner's jobs, newest first, as `Store.page` reads them; results are not read.
    package func list(
        owner: String,
        cursor: ListCursor?,
        limit: Int,
        where isWanted: @Sendable (JobRecord) -> Bool
    ) async throws -> ListPage<JobRecord> {
        try await store.page(
            of: RedisArgument(store.keys.jobs(owner: owner)),
            cursor: cursor,
            limit: limit,
            text: ({ RedisArgument(store.keys.job($0, owner: owner)) }, "error"),
            id: \.id,
            read: { try await summaries(of: $0, owner: owner) },
            where: isWanted
        )
    }

    private func summaries(of ids: [String], owner: String) async throws -> [JobRecord] {
        let replies = try await store.redis.pipeline(ids.map { fetch($0, owner: owner, JobFields.summary) })
        let records = try zip(ids, replies).compactMap { id, reply in
            try JobFields.record(id: id, reply.get().array ?? [])
        }
        return try await settled(records)
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
