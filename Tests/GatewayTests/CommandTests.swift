import Logging
import NIOPosix
import NovaContract
import NovaStore
import RedisClient
import Testing

@testable import Gateway

@Suite("Commands")
struct CommandTests {
    @Test("the domain of the query or of the body, and never two")
    func domain() throws {
        #expect(try CommandService.domain(nil, [:]) == nil)
        #expect(try CommandService.domain("a", [:]) == "a")
        #expect(try CommandService.domain(nil, ["domain": "b"]) == "b")
        #expect(try CommandService.domain("a", ["domain": "a"]) == "a")
        #expect(throws: NovaError.self) { try CommandService.domain("a", ["domain": "b"]) }
        #expect(throws: NovaError.self) { try CommandService.domain(nil, ["domain": 1]) }
    }

    @Test("withdrawals are bounded")
    func withdrawals() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let redis = RedisClient(
            configuration: RedisConfiguration(port: 1),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let withdrawals = Withdrawals(store: Store(redis: redis), capacity: 2, logger: logger)
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
            withdrawals.add(Publication(command, nil), NovaError(.serviceUnavailable, "no"))
        }
        #expect(withdrawals.count == 2)
    }
}
