import NovaContract
import NovaStore
import RedisClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct JobListTests {
    /// Jobs in the list, with the times given.
    private func fill(_ store: Store, _ times: [Int64]) async throws -> [String] {
        var ids: [String] = []
        for (index, time) in times.enumerated() {
            let command = Sample.command(entity: "flow \(index % 3)", createdAt: time)
            try await store.admit(command)
            ids.append(command.jobID)
        }
        let list = store.keys.jobs(owner: "alice")
        _ = try await store.redis.pipeline(
            zip(ids, times).map { ["ZADD", .init(list), RedisArgument($1), RedisArgument($0)] }
        )
        return ids
    }

    private func pages(_ store: Store, limit: Int, where isWanted: @Sendable (JobRecord) -> Bool) async throws
        -> [[String]]
    {
        var pages: [[String]] = []
        var cursor: ListCursor?
        repeat {
            let page = try await store.jobs.list(owner: "alice", cursor: cursor, limit: limit, where: isWanted)
            pages.append(page.elements.map(\.id))
            cursor = try page.next.map { try #require(ListCursor($0.text)) }
        } while cursor != nil
        return pages
    }

    @Test(arguments: [1, 7, 50, 100, 1_000])
    func `Pages hold every job once, newest first, also where hundreds have one time`(limit: Int) async throws {
        try await withStore { store in
            let times = [Int64](repeating: 2_000, count: 350) + [1_000, 3_000] + [Int64](repeating: 4_000, count: 30)
            let ids = try await fill(store, times)
            let listed = try await pages(store, limit: limit) { _ in true }
            #expect(listed.allSatisfy { $0.count <= limit })
            let expected = zip(times, ids).sorted { ($0.0, $0.1) > ($1.0, $1.1) }.map(\.1)
            #expect(listed.flatMap(\.self) == expected)
        }
    }

    @Test func `A result that cannot be read is told, and the list does without results`() async throws {
        try await withStore { store in
            let id = try #require(try await fill(store, [1_000]).first)
            let key = RedisArgument(store.keys.job(id, owner: "alice"))
            _ = try await store.redis.command("HSET", key, "result", "{ cut off")
            await #expect(throws: JSONReadError.self) { try await store.jobs.get(id, owner: "alice") }
            let page = try await store.jobs.list(owner: "alice", cursor: nil, limit: 10) { _ in true }
            #expect(page.elements.map(\.id) == [id])
            _ = try await store.redis.command("HSET", key, "result", #"{"a":1}"#)
            let whole = try await store.jobs.get(id, owner: "alice")
            #expect(whole?.result == ["a": 1])
            let listed = try await store.jobs.list(owner: "alice", cursor: nil, limit: 10) { _ in true }
            #expect(listed.elements.first?.result == nil)
        }
    }

    @Test func `Filters leave out jobs, not pages`() async throws {
        try await withStore { store in
            let ids = try await fill(store, (0..<250).map { 1_000 + $0 / 10 })
            let wanted = try await pages(store, limit: 10) { $0.entityID == "flow 1" }.flatMap(\.self)
            #expect(Set(wanted) == Set(ids.enumerated().filter { $0.offset % 3 == 1 }.map(\.element)))
            #expect(wanted.count == Set(wanted).count)
        }
    }

    @Test func `Jobs that come or go between two pages disturb neither`() async throws {
        try await withStore { store in
            let ids = try await fill(store, [Int64](repeating: 2_000, count: 20))
            let order = ids.sorted(by: >)
            let first = try await store.jobs.list(owner: "alice", cursor: nil, limit: 10) { _ in true }
            #expect(first.elements.map(\.id) == Array(order[..<10]))
            _ = try await fill(store, [3_000, 3_000])
            let list = RedisArgument(store.keys.jobs(owner: "alice"))
            _ = try await store.redis.command("ZREM", list, RedisArgument(order[9]), RedisArgument(order[3]))
            let second = try await store.jobs.list(owner: "alice", cursor: first.next, limit: 100) { _ in true }
            #expect(second.elements.map(\.id) == Array(order[10...]))
            #expect(second.next == nil)
        }
    }

    @Test func `The list is bounded, the oldest leave first`() async throws {
        var retention = Retention()
        retention.jobsPerOwner = 5
        try await withStore(retention: retention) { store in
            for _ in 0..<10 {
                let command = Sample.command(createdAt: Timestamp.milliseconds())
                try await store.admit(command)
                _ = try await store.jobs.complete(command, run: "r", Sample.completion())
            }
            #expect(try await store.redis.command("ZCARD", .init(store.keys.jobs(owner: "alice"))).int == 5)
        }
    }

    @Test func `Several records are read at once, in the order asked`() async throws {
        try await withStore { store in
            let ids = try await fill(store, [1, 2])
            let records = try await store.jobs.get([(ids[1], "alice"), ("unknown", "alice"), (ids[0], "alice")])
            #expect(records.map { $0?.id } == [ids[1], nil, ids[0]])
        }
    }
}
