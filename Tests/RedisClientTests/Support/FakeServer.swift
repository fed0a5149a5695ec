import NIOCore
import NIOPosix

/// A server that says what a test wants: for what a real one never says.
///
/// It is given all commands of one read as text, and answers with bytes, or hangs up.
enum FakeServer {
    enum Answer: Sendable {
        case bytes(String)
        /// One byte at a time, each its own packet.
        case trickle(String)
        case hangUp
    }

    /// What a server says to the greeting of a client without password and database.
    static let greeting = "+OK\r\n+PONG\r\n"

    static func run<R>(
        answer: @escaping @Sendable (String) -> Answer,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Int) async throws -> R
    ) async throws -> R {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable (String) -> Answer

        init(answer: @escaping @Sendable (String) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            if text.contains("SETNAME") {
                return context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: FakeServer.greeting)), promise: nil)
            }
            switch answer(text) {
            case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
            case .trickle(let bytes):
                for byte in bytes.utf8 {
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
                }
            case .hangUp: context.close(promise: nil)
            }
        }
    }
}
