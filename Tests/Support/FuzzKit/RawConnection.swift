import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection to a server, over which any bytes are sent for a request.
///
/// For one task at a time.
final class RawConnection {
    struct Response: Sendable {
        var status = 0
        var headers = HTTPHeaders()
        /// Its first `maximumBody` bytes.
        var body: [UInt8] = []
        /// Whether there was more of the body, as of an export of all that was stored.
        var isCut = false
        /// Whether the server takes another request on this connection.
        var isLast = false
    }

    enum Failure: Error, CustomStringConvertible {
        case refused(any Error)
        case closedWithoutAnswer
        case noAnswer(seconds: Int)
        case notHTTP(any Error)

        var description: String {
            switch self {
            case .refused(let error): "no connection: \(error)"
            case .closedWithoutAnswer: "the connection ended without an answer"
            case .noAnswer(let seconds): "no answer in \(seconds) s"
            case .notHTTP(let error): "the answer is not HTTP: \(error)"
            }
        }
    }

    /// Bytes that are kept of an answer's body.
    private static let maximumBody = 16 << 20
    /// Seconds in which a body must have come whole after the head.
    private static let bodySeconds = 60

    private typealias Wire = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>

    private init(
        _ channel: any Channel,
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) {
        self.channel = channel
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Opens a connection, which is closed when `body` returns.
    static func open<R>(
        port: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RawConnection) async throws -> R
    ) async throws -> R {
        let wire: Wire
        do {
            wire = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(RawRequestEncoder())
                        try channel.pipeline.syncOperations.addHandler(
                            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
                        )
                        return try Wire(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw Failure.refused(error)
        }
        let channel = wire.channel
        return try await wire.executeThenClose { inbound, outbound in
            try await body(RawConnection(channel, inbound.makeAsyncIterator(), outbound))
        }
    }

    /// Sends one request and reads its answer.
    ///
    /// - Throws: `Failure`; the connection is of no use any more.
    func exchange(_ bytes: [UInt8], of method: String, within seconds: Int) async throws -> Response {
        let start = ContinuousClock.now
        // A server that says nothing is left; what waits for it then reads the end.
        var seconds = seconds
        var timeout = giveUp(in: seconds)
        defer { timeout.cancel() }
        do {
            let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: "/")
            try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(bytes: bytes))), .end(nil)])
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A server may answer and close before it has read all: then the answer is there.
        }
        var response = Response()
        do {
            while let part = try await inbound.next() {
                switch part {
                case .head(let head):
                    response.status = Int(head.status.code)
                    response.headers = head.headers
                    timeout.cancel()
                    seconds += Self.bodySeconds
                    timeout = giveUp(in: Self.bodySeconds)
                case .body(let buffer):
                    let room = Self.maximumBody - response.body.count
                    response.isCut = response.isCut || buffer.readableBytes > room
                    response.body += buffer.readableBytesView.prefix(room)
                case .end:
                    guard response.status >= 200 else { continue }
                    response.isLast = response.headers["connection"].contains { $0.lowercased() == "close" }
                    return response
                }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch let error where response.status == 0 && error is HTTPParserError {
            throw Failure.notHTTP(error)
        } catch {
            // As an end.
        }
        try Task.checkCancellation()
        if start.duration(to: .now) >= .seconds(seconds) { throw Failure.noAnswer(seconds: seconds) }
        throw Failure.closedWithoutAnswer
    }

    private func giveUp(in seconds: Int) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { [channel] in channel.close(promise: nil) }
    }
}

/// Puts the bytes of a request on the wire as they are.
///
/// What reads answers must know the method of each request, so that the head goes past it, and no further.
private final class RawRequestEncoder: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = IOData

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .body(let bytes) = unwrapOutboundIn(data) {
            context.write(wrapOutboundOut(bytes), promise: promise)
        } else {
            promise?.succeed()
        }
    }
}
