import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NovaAPI
import NovaContract

/// Guards one connection: closes it where a request comes too slowly, says what is wrong with what is no HTTP, and
/// asks for bodies whose senders wait to be asked (`Expect: 100-continue`), once they are wanted.
///
/// Belongs before the handler of WebSocket upgrades, which takes it out of the pipeline or writes its 101 through it.
final class RequestGuardHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var expectation = Expectation()
    private var heads: RequestHeadHandler?
    private var deadlines: RequestDeadlines
    private var timer: Scheduled<Void>?
    private var firstBytes: FirstBytesHandler?
    private var hasRefused = false
    /// Of a body that is read no faster than what is in it can be stored.
    private static let importTime = TimeAmount.hours(1)
    /// What is wrong with the body of the request that is being answered.
    private var bodyFault: HTTPParserError?

    init(headTime: TimeAmount, bodyTime: TimeAmount) {
        deadlines = RequestDeadlines(headTime: headTime, bodyTime: bodyTime)
    }

    // MARK: - Pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        let handler = FirstBytesHandler { [weak self] in self?.bytesCame(context) }
        firstBytes = handler
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
            // Before what it is translated by, which drops the version. Where nothing translates, there is none.
            let codec = try context.pipeline.syncOperations.handler(type: HTTP1ToHTTPServerCodec.self)
            let heads = RequestHeadHandler()
            try context.pipeline.syncOperations.addHandler(heads, position: .before(codec))
            self.heads = heads
        } catch ChannelPipelineError.notFound {
            return
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { letGo(context) }

    /// From now on nothing is looked at.
    private func letGo(_ context: ChannelHandlerContext) {
        deadlines.handOver()
        timer?.cancel()
        timer = nil
        if let handler = firstBytes { context.pipeline.syncOperations.removeHandler(handler, promise: nil) }
        firstBytes = nil
        heads?.handOver()
        if let heads { context.pipeline.syncOperations.removeHandler(heads, promise: nil) }
        heads = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        firstBytes = nil
        heads = nil
        context.fireChannelInactive()
    }

    // MARK: - Time

    private func bytesCame(_ context: ChannelHandlerContext) {
        deadlines.bytesCame(at: context.eventLoop.now)
        arm(context)
    }

    /// One timer a connection: it looks at the deadline that counts when it fires, and is set anew if that is later.
    private func arm(_ context: ChannelHandlerContext) {
        guard timer == nil, let deadline = deadlines.deadline else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            guard let deadline = self.deadlines.deadline else { return }
            if deadline <= context.eventLoop.now {
                context.close(promise: nil)
            } else {
                self.arm(context)
            }
        }
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !deadlines.isHandedOver else { return context.fireChannelRead(data) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            deadlines.headCame(at: context.eventLoop.now, bodyTime: Self.isImport(head) ? Self.importTime : nil)
            arm(context)
            expectation.headCame(expects: head.headerFields[.expect]?.lowercased() == "100-continue")
        case .body:
            expectation.bodyCame()
        case .end:
            expectation.bodyCame()
            deadlines.endCame()
        }
        context.fireChannelRead(data)
    }

    private static func isImport(_ head: HTTPRequest) -> Bool {
        head.method == .post && head.path?.split(separator: "?").first.map(String.init) == Routes.memoryImport
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyIsWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if !deadlines.isHandedOver, expectation.bodyIsWanted() {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !deadlines.isHandedOver else { return context.write(data, promise: promise) }
        switch unwrapOutboundIn(data) {
        case .head(let head): write(context, head, promise)
        case .body: context.write(data, promise: promise)
        case .end:
            guard expectation.answerEnded() else { return context.write(data, promise: promise) }
            context.writeAndFlush(data, promise: promise)
            closeGently(context)
        }
    }

    private func write(_ context: ChannelHandlerContext, _ head: HTTPResponse, _ promise: EventLoopPromise<Void>?) {
        var head = head
        if head.status == .switchingProtocols { letGo(context) }
        if head.status.kind != .informational, deadlines.answerBegan(at: context.eventLoop.now) {
            timer?.cancel()
            timer = nil
            arm(context)
        }
        if let bodyFault, head.status == .badRequest, head.headerFields[.contentLength] == "0" {
            // Hummingbird's own answer, which says nothing.
            let (head, body) = Self.answer(to: bodyFault)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            return context.write(wrapOutboundOut(.body(body)), promise: promise)
        }
        if head.status.kind != .informational, expectation.answerBegins() { head.headerFields[.connection] = "close" }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Closed at once, what the client still sends would reset the connection before it has read the answer.
    private func closeGently(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) { context.close(promise: nil) }
    }

    // MARK: - What is no HTTP

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasRefused else { return }
        guard let fault = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        guard deadlines.isBeforeHead else {
            bodyFault = fault
            return context.fireErrorCaught(error)
        }
        hasRefused = true
        let (head, body) = Self.answer(to: fault)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        closeGently(context)
    }

    private static func answer(to fault: HTTPParserError) -> (HTTPResponse, ByteBuffer) {
        let error = fault.refusal
        let id = RequestIDs.accept(nil)
        let answer = Answer.problem(error, instance: "", requestID: id)
        var head = HTTPResponse(status: answer.status, headerFields: answer.headers)
        head.headerFields[.connection] = "close"
        head.headerFields[.contentLength] = String(answer.body.readableBytes)
        head.headerFields[.requestID] = id
        head.headerFields[.xContentTypeOptions] = "nosniff"
        return (head, answer.body)
    }
}

extension HTTPParserError {
    fileprivate var refusal: NovaError {
        switch self {
        case .headerOverflow:
            NovaError(.headersTooLarge, "the request's target and header fields are too large, or too many")
        case .invalidMethod: NovaError(.notImplemented, "the request's method is none of HTTP's")
        default: NovaError(.validationError, "the request is not valid HTTP: \(sentence)")
        }
    }

    private var sentence: String {
        switch self {
        case .invalidURL, .invalidPath: "its target is not valid"
        case .invalidVersion: "its version is not valid"
        case .invalidHeaderToken: "a header field is not valid"
        case .invalidContentLength, .unexpectedContentLength: "its Content-Length is not valid"
        case .invalidChunkSize: "a chunk of its body is not valid"
        case .invalidEOFState: "it ends too early"
        default: "it cannot be read"
        }
    }
}
