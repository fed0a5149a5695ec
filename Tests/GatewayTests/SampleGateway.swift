import KafkaClient
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import RedisClient

@testable import Gateway
@testable import NovaAPI

/// A gateway of which nothing is connected: for what needs neither Redis nor Kafka.
enum SampleGateway {
    static func make() throws -> Gateway {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let redis = RedisClient(
            configuration: RedisConfiguration(port: 1),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let store = Store(redis: redis, catalog: NovaPools.catalog, keys: RedisKeys(prefix: "none"))
        let producer = try KafkaProducer(
            configuration: KafkaProducerConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test"),
            logger: logger
        )
        return try Gateway(
            configuration: GatewayConfiguration(gatewayID: "test", version: "test"),
            store: store,
            producer: producer,
            topics: TopicNames(prefix: "none"),
            keyRing: KeyRing(store: store, logger: logger),
            metrics: nil,
            logger: logger
        )
    }

    /// The API document of a gateway.
    static func openAPI() throws -> JSONValue {
        try OpenAPIDocument.make(try make().routes, schemas: NovaPools.types.map { $0.schemas })
    }
}
