import Testing

@testable import KafkaClient

@Suite("Properties")
struct PropertyTests {
    private static func producer(_ properties: [String: String]) throws {
        _ = try KafkaProducer(
            configuration: KafkaProducerConfiguration(
                bootstrapServers: nowhere,
                clientID: "c",
                properties: properties
            ),
            logger: quiet
        )
    }

    @Test("An unknown property is named")
    func unknown() {
        let error = #expect(throws: KafkaError.self) { try Self.producer(["lingre.ms": "5"]) }
        #expect(error?.message.contains("lingre.ms") == true)
        #expect(error?.isRetriable == false)
    }

    @Test("A value that is not allowed is told with its property")
    func value() {
        let error = #expect(throws: KafkaError.self) { try Self.producer(["linger.ms": "soon"]) }
        #expect(error?.message.contains("linger.ms") == true)
    }

    @Test("A value that may be a secret is not repeated")
    func secret() {
        let error = #expect(throws: KafkaError.self) {
            try Self.producer(["enable.sasl.oauthbearer.unsecure.jwt": "s3cret"])
        }
        #expect(error.map { "\($0)".contains("s3cret") } != true)
    }

    @Test("Properties that do not fit together are refused")
    func contradiction() {
        #expect(throws: KafkaError.self) { try Self.producer(["acks": "1"]) }
    }

    @Test("A consumer without topics is refused")
    func noTopics() {
        #expect(throws: KafkaError.self) {
            try KafkaConsumer(
                configuration: KafkaConsumerConfiguration(
                    bootstrapServers: nowhere,
                    clientID: "c",
                    groupID: "g",
                    topics: []
                ),
                logger: quiet
            )
        }
    }

    @Test("Static membership is a property of the consumer; given properties win")
    func resolved() {
        var configuration = KafkaConsumerConfiguration(
            bootstrapServers: nowhere,
            clientID: "c",
            groupID: "g",
            topics: ["t"],
            properties: ["auto.offset.reset": "error"]
        )
        configuration.groupInstanceID = "worker-1"
        #expect(configuration.resolved["group.instance.id"] == "worker-1")
        #expect(configuration.resolved["auto.offset.reset"] == "error")
        #expect(configuration.resolved["partition.assignment.strategy"] == "cooperative-sticky")
    }
}
