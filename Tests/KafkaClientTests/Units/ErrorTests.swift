import CRdkafka
import Testing

@testable import KafkaClient

@Suite("Errors and numbers")
struct ErrorTests {
    @Test("Errors carry code, name and whether they pass")
    func errors() {
        let full = KafkaError(RD_KAFKA_RESP_ERR__QUEUE_FULL)
        #expect(full.isQueueFull && full.isRetriable && !full.isFatal)
        #expect(full.name == "_QUEUE_FULL")
        let denied = KafkaError(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        #expect(denied.code == 29 && !denied.isRetriable)
        let fatal = KafkaError(RD_KAFKA_RESP_ERR__TRANSPORT, isFatal: true)
        #expect(fatal.isFatal && !fatal.isRetriable)
    }

    @Test("Durations become milliseconds, rounded up and kept in range")
    func milliseconds() {
        #expect(Duration.zero.milliseconds == 0)
        #expect(Duration.seconds(-1).milliseconds == 0)
        #expect(Duration.microseconds(1).milliseconds == 1)
        #expect(Duration.milliseconds(1500).milliseconds == 1500)
        #expect(Duration.seconds(10_000_000).milliseconds == Int32.max)
    }
}
