import AsyncPrimitives
import Testing

@testable import KafkaClient

@Suite("A client's queue")
struct ClientQueueTests {
    @Test("who asks for the end of an admin client as it ends wakes no freed queue")
    func lateYield() async throws {
        let configuration = KafkaAdminConfiguration(bootstrapServers: nowhere, clientID: "a")
        let core = try AdminCore(configuration: configuration, logger: quiet)
        core.beginClosing()
        await core.closed.waitIgnoringCancellation()
        // The queue is freed; to yield to it now is what a slow closer did.
        for _ in 0..<1_000 { core.wake() }
    }
}
