import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Connects, upgrades, and gives the connection; one attempt.
struct Handshake: Sendable {
    let url: WebSocketURL
    let headers: [(String, String)]
    let options: WebSocketOptions
    let group: any EventLoopGroup

    /// - Throws: ``WebSocketClientError``, `CancellationError`, and what NIOSSL throws for a wrong TLS configuration.
    func run() async throws -> WebSocketConnection {
        let eventLoop = group.next()
        let opened = eventLoop.makePromise(of: WebSocketConnection.self)
        let tls = try url.isSecure ? NIOSSLContext(configuration: options.tls ?? .clientDefault) : nil
        let timer = eventLoop.scheduleTask(in: TimeAmount(options.deadline)) {
            opened.fail(WebSocketClientError.noAnswer(options.deadline))
        }
        opened.futureResult.whenComplete { _ in timer.cancel() }
        dial(on: eventLoop, tls, opened)
        return try await withTaskCancellationHandler {
            try await opened.futureResult.get()
        } onCancel: {
            opened.fail(CancellationError())
        }
    }

    private func dial(
        on eventLoop: any EventLoop,
        _ tls: NIOSSLContext?,
        _ opened: EventLoopPromise<WebSocketConnection>
    ) {
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(options.deadline))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel, tls, opened) }
            }
        if let bytes = options.receiveBufferBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(bytes))
        }
        bootstrap.connect(host: url.host, port: url.port).whenComplete { result in
            switch result {
            case .success(let channel):
                // Whoever gave up meanwhile wants no connection.
                opened.futureResult.whenFailure { _ in channel.close(promise: nil) }
            case .failure(let error):
                opened.fail(WebSocketClientError.connectionFailed(String(describing: error)))
            }
        }
    }

    private func prepare(
        _ channel: any Channel,
        _ tls: NIOSSLContext?,
        _ opened: EventLoopPromise<WebSocketConnection>
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: serverName))
        }
        let inbox = Inbox(limit: options.buffer, byteLimit: 4 * options.maxFrameBytes) { channel.read() }
        let pipelines = UpgradePipelines(inbox: inbox, maxBytes: options.maxFrameBytes)
        let upgrader = NIOWebSocketClientUpgrader(upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeSucceededVoidFuture()
        })
        let handler = UpgradeHandler(request: request(upgrader), upgrader: upgrader, pipelines: pipelines) { outcome in
            opened.completeWith(outcome.map { WebSocketConnection(channel: channel, inbox: inbox, response: $0) })
        }
        try pipelines.addHTTP(pipeline)
        try pipeline.addHandler(handler)
    }

    private func request(_ upgrader: NIOWebSocketClientUpgrader) -> HTTPRequestHead {
        var fields = HTTPHeaders([("Host", url.authority), ("Connection", "Upgrade"), ("Upgrade", "websocket")])
        upgrader.addCustom(upgradeRequestHeaders: &fields)
        if !options.subprotocols.isEmpty {
            fields.add(name: "Sec-WebSocket-Protocol", value: options.subprotocols.joined(separator: ", "))
        }
        fields.add(contentsOf: headers)
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: fields)
    }

    /// The name for SNI and for the certificate check.
    ///
    /// An address is none; it is checked as an address.
    private var serverName: String? {
        do {
            _ = try SocketAddress(ipAddress: url.host, port: url.port)
            return nil
        } catch {
            return url.host
        }
    }
}
