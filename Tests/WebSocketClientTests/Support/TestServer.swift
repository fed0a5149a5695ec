import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A WebSocket server on NIO, whose path says what it does; see ``ScriptHandler``.
struct TestServer: Sendable {
    let port: Int
    let events: TestEvents

    /// - Parameter joinsFirstFrame: The first frame leaves in one piece with the 101.
    static func run<R>(
        tls: TLSConfiguration? = nil,
        joinsFirstFrame: Bool = false,
        _ body: (TestServer) async throws -> R
    ) async throws -> R {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let events = TestEvents()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_sndbuf), value: 64 << 10)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    if joinsFirstFrame { try pipeline.addHandler(FirstFlushHolder()) }
                    try pipeline.configureHTTPServerPipeline(withServerUpgrade: upgrade(events))
                    try pipeline.addHandler(RefusingHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let server = TestServer(port: channel.localAddress?.port ?? 0, events: events)
        do {
            let result = try await body(server)
            try await channel.close()
            try await group.shutdownGracefully()
            return result
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private static func upgrade(_ events: TestEvents) -> NIOHTTPServerUpgradeSendableConfiguration {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 20,
            automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                guard head.uri != "/refuse" else { return channel.eventLoop.makeSucceededFuture(nil) }
                var headers = HTTPHeaders()
                if let offered = head.headers.first(name: "Sec-WebSocket-Protocol") {
                    headers.add(name: "Sec-WebSocket-Protocol", value: String(offered.split(separator: ",")[0]))
                }
                return channel.eventLoop.makeSucceededFuture(headers)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ScriptHandler(path: head.uri, request: head.headers, events: events)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        )
        return (upgraders: [upgrader], completionHandler: { RefusingHandler.leave($0.pipeline.syncOperations) })
    }
}
