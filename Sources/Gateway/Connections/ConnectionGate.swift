import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NovaAPI
import NovaContract

/// Lets a connection in, or refuses it where its address has too many without a key; and ends one on which no key was
/// shown for long, between two requests.
///
/// Before the handler of WebSocket upgrades, which takes it out of the pipeline.
final class ConnectionGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: ClientConnections
    private let anonymousTime: TimeAmount
    private var isRefused = false
    private var hasBegun = false
    private var timer: Scheduled<Void>?
    /// Requests of which the answer has not ended.
    private var unanswered = 0
    private var mustEnd = false

    init(connections: ClientConnections, anonymousTime: TimeAmount) {
        self.connections = connections
        self.anonymousTime = anonymousTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard !hasBegun else { return }
        hasBegun = true
        guard connections.open(context.channel) else { return refuse(context) }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: anonymousTime) {
            self.timer = nil
            self.endIfAnonymous(context)
        }
    }

    // MARK: - Refusing

    private func refuse(_ context: ChannelHandlerContext) {
        isRefused = true
        let what = "connections of one address without a key"
        let error = NovaError(
            .rateLimitExceeded,
            "this address has \(connections.limit) connections on which no key was shown: close some, or show a key",
            details: [.init("/http.maximum_anonymous_connections_per_address", "at most \(connections.limit) \(what)")],
            retryAfter: 5
        )
        let id = RequestIDs.accept(nil)
        let answer = Answer.problem(error, instance: "", requestID: id)
        var head = HTTPResponse(status: answer.status, headerFields: answer.headers)
        head.headerFields[.connection] = "close"
        head.headerFields[.contentLength] = String(answer.body.readableBytes)
        head.headerFields[.requestID] = id
        head.headerFields[.xContentTypeOptions] = "nosniff"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
        // Closed at once, what the client sends would reset the connection before it has read the answer.
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) {
            self.timer = nil
            context.close(promise: nil)
        }
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        if case .head = unwrapInboundIn(data) { unanswered += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where mustEnd && head.status.kind != .informational && unanswered <= 1:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            unanswered = max(0, unanswered - 1)
            guard mustEnd, unanswered == 0 else { return context.write(data, promise: promise) }
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in self.endIfAnonymous(context) }
            context.write(data, promise: written)
        default:
            context.write(data, promise: promise)
        }
    }

    private func endIfAnonymous(_ context: ChannelHandlerContext) {
        guard connections.isAnonymous(context.channel) else {
            mustEnd = false
            return
        }
        if unanswered == 0 { context.close(promise: nil) } else { mustEnd = true }
    }
}
