import AsyncPrimitives
import ChildProcesses
import FlowPool
import KafkaClient
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import ServiceLifecycle
import WorkerRuntime

/// A real Redis, a real broker process and a topic of its own, on which a test runs workers.
struct WorkerBench: Sendable {
    let store: Store
    let producer: KafkaProducer
    let topics: TopicNames
    let brokers: String
    let logger = Logger(label: "test")

    static func run(partitions: Int = 1, _ body: (WorkerBench) async throws -> Void) async throws {
        try await withRedis { server in
            try await withBroker { broker in
                let topics = TopicNames(prefix: uniqueName("worker"))
                try await broker.order("topic \(topics.commands(.optimization)) \(partitions)")
                try await broker.order("topic \(topics.deadLetters(.optimization)) 1")
                let logger = Logger(label: "test")
                let redis = RedisClient(
                    configuration: RedisConfiguration(port: server.port),
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                    logger: logger
                )
                let producer = try KafkaProducer(
                    configuration: .init(bootstrapServers: broker.bootstrapServers, clientID: "test"),
                    logger: logger
                )
                let bench = WorkerBench(
                    store: Store(redis: redis, catalog: NovaPools.catalog, keys: RedisKeys(prefix: topics.prefix)),
                    producer: producer,
                    topics: topics,
                    brokers: broker.bootstrapServers
                )
                do {
                    try await body(bench)
                } catch {
                    await bench.close()
                    throw error
                }
                await bench.close()
            }
        }
    }

    private func close() async {
        await producer.close(deadline: .seconds(5))
        await store.redis.close()
    }

    /// Publishes a command as a gateway does, without admission: the worker makes the record.
    @discardableResult
    func publish(
        _ entityID: String,
        jobID: String = UUIDv7.make(),
        deadline: Int64? = nil,
        replay: String = ""
    ) async throws -> Command {
        let command = command(entityID, jobID: jobID, deadline: deadline, replay: replay)
        _ = try await producer.send(command.record(topics: topics))
        return command
    }

    func command(
        _ entityID: String,
        jobID: String = UUIDv7.make(),
        deadline: Int64? = nil,
        replay: String = ""
    ) -> Command {
        Command(
            jobID: jobID,
            kind: .optimizeFlow,
            entityID: entityID,
            owner: "o",
            domain: "d",
            keyID: "k",
            requestID: "r",
            createdAt: Timestamp.milliseconds(),
            deadline: deadline,
            replay: replay,
            payload: Array("{}".utf8)
        )
    }

    /// Runs a worker beside `body`, and stops it gracefully when `body` returns.
    func withWorker(
        _ handler: ScriptedHandler,
        _ adjust: (inout WorkerConfiguration) -> Void = { _ in },
        _ body: (ServiceGroup) async throws -> Void
    ) async throws {
        var configuration = WorkerConfiguration(pool: .optimization, topics: topics, workerID: uniqueName("w"))
        configuration.backoffFirst = .milliseconds(1)
        configuration.backoffMaximum = .milliseconds(5)
        configuration.outageBackoff = ExponentialBackoff(first: .milliseconds(1), maximum: .milliseconds(5))
        adjust(&configuration)
        let consumer = try KafkaConsumer(
            configuration: .init(
                bootstrapServers: brokers,
                clientID: "test",
                groupID: topics.group(.optimization),
                topics: [topics.commands(.optimization)],
                // The embedded cluster answers a fetch and lets an emptied group begin anew only after these times.
                properties: [
                    "session.timeout.ms": "3000", "heartbeat.interval.ms": "300", "fetch.wait.max.ms": "10",
                ]
            ),
            logger: logger
        )
        let worker = Worker(
            configuration: configuration,
            handler: handler,
            consumer: consumer,
            deadLetterPublisher: DeadLetterPublisher(configuration: configuration, producer: producer, logger: logger),
            store: store,
            logger: logger
        )
        let group = ServiceGroup(services: [worker], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(group)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// The first `count` records of the dead-letter topic.
    func deadLetters(_ count: Int) async throws -> [(letter: DeadLetter, message: KafkaMessage)] {
        let consumer = try KafkaConsumer(
            configuration: .init(
                bootstrapServers: brokers,
                clientID: "test",
                groupID: uniqueName("letters"),
                topics: [topics.deadLetters(.optimization)],
                properties: ["fetch.wait.max.ms": "10"]
            ),
            logger: logger
        )
        var letters: [(DeadLetter, KafkaMessage)] = []
        for try await event in consumer.events where letters.count < count {
            guard case .message(let message) = event else { continue }
            let headers = message.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) }
            guard let letter = DeadLetter(headers: Dictionary(headers) { $1 }) else { continue }
            letters.append((letter, message))
            if letters.count == count { break }
        }
        await consumer.close()
        return letters
    }

    /// The job's record once it has ended: told by the owner's events, not by asking again and again.
    func ended(_ commands: [Command]) async throws -> [JobRecord] {
        let channel = store.keys.eventChannel(owner: "o")
        return try await store.redis.subscribe(to: [channel]) { subscription in
            var records: [JobRecord] = []
            for try await event in subscription {
                switch event {
                case .subscribed, .message: break
                case .interrupted: continue
                }
                records = try await store.jobs.get(commands.map { ($0.jobID, $0.owner) }).compactMap(\.self)
                if records.count == commands.count, records.allSatisfy(\.state.isTerminal) { break }
            }
            return records
        }
    }
}
