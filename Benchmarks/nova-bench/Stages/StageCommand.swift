import ArgumentParser
import Foundation
import Hummingbird
import KafkaClient
import Logging
import NIOPosix
import NovaPools
import NovaStore
import RedisClient

/// Serves one stage until it is told to stop.
struct StageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Serve one stage of the gateway's way; `run` starts it.",
        shouldDisplay: false
    )

    @Argument var stage: Stage
    @Option var redisPort: Int
    @Option var brokers: String
    @Option var topic: String

    func run() async throws {
        let store = stage >= .redis ? Store(redis: redis(), catalog: NovaPools.catalog) : nil
        let producer = stage >= .kafka ? try await producer() : nil
        let application = Application(
            responder: StageResponder(stage: stage, store: store, producer: producer, topic: topic),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                print("ready \(channel.localAddress?.port ?? 0)")
                fflush(nil)
            },
            logger: Console.logger
        )
        try await application.runService()
    }

    private func redis() -> RedisClient {
        RedisClient(
            configuration: RedisConfiguration(port: redisPort),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Console.logger
        )
    }

    private func producer() async throws -> KafkaProducer {
        let configuration = KafkaProducerConfiguration(bootstrapServers: brokers, clientID: "nova-bench")
        let producer = try KafkaProducer(configuration: configuration, logger: Console.logger)
        try await producer.warmUp(topics: [topic])
        return producer
    }
}
