import AsyncPrimitives
import FlowPool
import KafkaClient
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient

/// Waits until nothing moves any more, and takes down how everything stands.
///
/// Nothing announces that a job is stuck, so that here time decides: what has not ended within the patience is stuck.
struct Settling: Sendable {
    let cluster: CrashCluster
    let history: History
    let subscribers: [Subscriber]
    let tail: TopicTail
    let patience: Duration
    let logger: Logger

    private static let interval = Duration.milliseconds(200)
    private static let tailPatience = Duration.seconds(30)
    private var topics: TopicNames { TopicNames(prefix: cluster.prefix) }
    private var owner: String { cluster.key.owner }

    func run() async throws {
        let redis = RedisClient(
            configuration: RedisConfiguration(port: cluster.redis.port, commandDeadline: .seconds(30)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let admin = try KafkaAdmin(
            configuration: KafkaAdminConfiguration(bootstrapServers: cluster.broker.servers, clientID: "crash-admin"),
            logger: logger
        )
        let store = Store(redis: redis, catalog: NovaPools.catalog, keys: RedisKeys(prefix: cluster.prefix))
        try await withResource(redis, close: { await $0.close() }) { _ in
            try await withResource(admin, close: { await $0.close() }) { try await settle(store, $0) }
        }
    }

    private func settle(_ store: Store, _ admin: KafkaAdmin) async throws {
        let deadline = ContinuousClock.now + patience
        let acknowledged = Set(history.record.answers.filter(\.isAcknowledgement).compactMap(\.jobID))
        try await wait(until: deadline) { try await haveEnded(acknowledged, store) }
        try await readAll(admin, topics.commands(.optimization), until: deadline)
        let jobs = jobIDs()
        // Commands whose clients gave up run as well, and hold up nobody for long.
        try await wait(until: deadline) { try await haveEnded(jobs, store) }
        try await readAll(admin, topics.deadLetters(.optimization), until: deadline)
        try await wait(until: deadline) {
            let newest = try await store.events.newest(owner: owner)?.description
            return newest == nil || subscribers.allSatisfy { $0.place == newest }
        }
        try await conclude(store, admin)
    }

    private func wait(until deadline: ContinuousClock.Instant, _ isDone: () async throws -> Bool) async throws {
        while try await !isDone(), .now < deadline { try await Task.sleep(for: Self.interval) }
    }

    /// Of the topic, and of the answers and events: all there are.
    private func jobIDs() -> Set<String> {
        let record = history.record
        let named = record.records.map(\.jobID) + record.answers.compactMap(\.jobID) + record.events.map(\.jobID)
        return Set(named).subtracting([""])
    }

    private func haveEnded(_ jobs: Set<String>, _ store: Store) async throws -> Bool {
        try await states(of: jobs, store).allSatisfy { $0?.state.isTerminal ?? true }
    }

    private func states(of jobs: Set<String>, _ store: Store) async throws -> [JobRecord?] {
        let jobs = Array(jobs)
        var records: [JobRecord?] = []
        for begin in stride(from: 0, to: jobs.count, by: 500) {
            records += try await store.jobs.get(jobs[begin..<min(begin + 500, jobs.count)].map { ($0, owner) })
        }
        return records
    }

    /// Waits until the tail has everything there is in a topic; also where there is no such topic.
    ///
    /// - Throws: `TopicUnread` where it has not: what is missing is not known to be.
    private func readAll(_ admin: KafkaAdmin, _ topic: String, until deadline: ContinuousClock.Instant) async throws {
        // However long the jobs took, the tail gets its time.
        try await wait(until: max(deadline, .now + Self.tailPatience)) { try await unread(admin, topic).isEmpty }
        let left = try await unread(admin, topic)
        if !left.isEmpty { throw TopicUnread(topic: topic, places: left) }
    }

    /// Partitions of which the tail has not read all, and how far it is.
    private func unread(_ admin: KafkaAdmin, _ topic: String) async throws -> [String] {
        do {
            return try await admin.lag(group: topics.group(.optimization), topic: topic).compactMap { lag in
                let end = tail.end(of: KafkaTopicPartition(topic: topic, partition: lag.partition))
                return end >= lag.end ? nil : "partition \(lag.partition) up to \(end) of \(lag.end)"
            }
        } catch let error as KafkaError where error.name.contains("UNKNOWN_TOPIC") {
            return []
        }
    }

    // MARK: - Taking down

    private func conclude(_ store: Store, _ admin: KafkaAdmin) async throws {
        let jobs = Array(jobIDs())
        let records = try await states(of: Set(jobs), store).compactMap(\.self)
        let versions = try await flowVersions(store)
        let lags = try await admin.lag(group: topics.group(.optimization), topic: topics.commands(.optimization))
        history.conclude { history in
            history.subscribers = subscribers.count
            history.flowVersions = versions
            for lag in lags { history.committed[lag.partition] = lag.committed }
            for job in records { history.jobs[job.id] = FinalJob(job) }
        }
    }

    private func flowVersions(_ store: Store) async throws -> [String: Int] {
        let domain = cluster.key.defaultDomain
        var versions: [String: Int] = [:]
        for flow in Set(history.record.sent.map(\.flowID)) {
            let key = store.keys.flow(flow, owner: owner, domain: domain)
            let reply = try await store.redis.command("HGET", RedisArgument(key), "version")
            let lane = Command.orderingKey(.storeFlow, flow, owner: owner, domain: domain)
            if let version = reply.string.flatMap({ Int($0) }) { versions[lane] = version }
        }
        return versions
    }
}

/// The run's own reader of a topic did not come to its end; that says nothing of Nova.
struct TopicUnread: Error, CustomStringConvertible {
    let topic: String
    let places: [String]

    var description: String { "the run is void, \(topic) was not read to its end: \(places.joined(separator: ", "))" }
}

extension FinalJob {
    init(_ job: JobRecord) {
        self.init(
            state: job.state.rawValue,
            version: job.result?["version"]?.intValue,
            attempts: job.attempts,
            error: job.error.map { "\($0.code.rawValue): \($0.message)" }
        )
    }
}
