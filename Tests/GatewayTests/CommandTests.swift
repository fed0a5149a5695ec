import FlowPool
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import RedisClient
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Commands")
struct CommandTests {
    @Test("the domain of the query or of the body, and never two")
    func domain() throws {
        #expect(try ([:] as JSONValue).domain(besides: nil) == nil)
        #expect(try ([:] as JSONValue).domain(besides: "a") == "a")
        #expect(try (["domain": "b"] as JSONValue).domain(besides: nil) == "b")
        #expect(try (["domain": "a"] as JSONValue).domain(besides: "a") == "a")
        #expect(throws: NovaError.self) { try (["domain": "b"] as JSONValue).domain(besides: "a") }
        #expect(throws: NovaError.self) { try (["domain": 1] as JSONValue).domain(besides: nil) }
    }

    @Test("rollback are bounded")
    func rollback() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let redis = RedisClient(
            configuration: RedisConfiguration(port: 1),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let rollback = AdmissionRollback(
            store: Store(redis: redis, catalog: NovaPools.catalog),
            capacity: 2,
            logger: logger
        )
        for id in ["a", "b", "c"] {
            let command = Command(
                jobID: id,
                kind: .optimizeFlow,
                entityID: "f",
                owner: "o",
                domain: "d",
                keyID: "k",
                requestID: "r",
                createdAt: 0,
                payload: []
            )
            rollback.add(Publication(command, nil), NovaError(.serviceUnavailable, "no"))
        }
        #expect(rollback.count == 2)
    }
}
