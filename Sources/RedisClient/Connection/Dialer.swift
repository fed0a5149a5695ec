import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens TCP connections to the server, inside TLS if so configured.
struct Dialer: Sendable {
    let configuration: RedisConfiguration
    private let tls: Result<NIOSSLContext?, any Error>

    /// Reads certificate files, if the TLS configuration names any.
    ///
    /// A fault in it is the result of each `dial`.
    init(configuration: RedisConfiguration) {
        self.configuration = configuration
        tls = Result { try configuration.tls.map { try NIOSSLContext(configuration: $0) } }
    }

    /// `makeHandler` is called on the event loop, once for each connection.
    func dial(
        on eventLoop: any EventLoop,
        makeHandler: @escaping @Sendable () throws -> RedisChannelHandler
    ) -> EventLoopFuture<any Channel> {
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 512 << 10))
            .channelOption(.socketOption(.so_keepalive), value: 1)
        #if os(Linux)
        // A peer that vanished without a word is noticed by the kernel in seconds, not in a quarter of an hour.
        for (option, value) in [TCP_KEEPIDLE: 5, TCP_KEEPINTVL: 2, TCP_KEEPCNT: 3, TCP_USER_TIMEOUT: 10_000] {
            bootstrap = bootstrap.channelOption(.tcpOption(.init(rawValue: option)), value: value)
        }
        #endif
        return
            bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context = try tls.get() {
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: serverName)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(makeHandler())
                }
            }
            .connect(host: configuration.host, port: configuration.port)
    }

    /// The name for SNI and for the certificate check.
    ///
    /// An address is none; it is checked as an address.
    private var serverName: String? {
        do {
            _ = try SocketAddress(ipAddress: configuration.host, port: configuration.port)
            return nil
        } catch {
            return configuration.host
        }
    }
}
