import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NovaContract
import Testing

@testable import Gateway

@Suite("Request guard")
struct RequestGuardTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: EmbeddedEventLoop())
        let handler = RequestGuardHandler(headTime: .seconds(10), bodyTime: .seconds(60))
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func head(_ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/", headerFields: fields))
    }

    @Test("a body that does not end in time costs the connection")
    func slowBody() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("a request that came whole may be answered as late as it takes")
    func slowAnswer() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    private func wantBody(_ channel: EmbeddedChannel) {
        channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil)
    }

    @Test("a body that waits to be asked for is asked for when it is wanted, once")
    func expects() throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "100"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        wantBody(channel)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .continue)))
        wantBody(channel)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .ok)))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("a request that is refused before its body is asked for is the connection's last")
    func refusedFirst() throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "100"]))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .unauthorized)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        let closing = HTTPResponse(status: .unauthorized, headerFields: [.connection: "close"])
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(closing))
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("a client that sends its body all the same is asked for nothing, and keeps its connection")
    func impatient() throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "1"]))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        wantBody(channel)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .unauthorized)))
        #expect(
            try channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .unauthorized))
        )
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("a body is not asked for before the requests that came before it are answered")
    func pipelined() {
        var expectation = Expectation()
        expectation.headCame(expects: false)
        expectation.bodyCame()
        expectation.headCame(expects: true)
        // A closure of a check cannot change what it looks at.
        let early = expectation.bodyIsWanted()
        let isFirstLast = expectation.answerBegins()
        let closesAfterFirst = expectation.answerEnded()
        let inTurn = expectation.bodyIsWanted()
        let isSecondLast = expectation.answerBegins()
        #expect(!early && !isFirstLast && !closesAfterFirst)
        #expect(inTurn && !isSecondLast)
    }

    @Test(
        "what is no HTTP is answered by its status",
        arguments: [
            (HTTPParserError.headerOverflow, ErrorCode.headersTooLarge), (.invalidMethod, .notImplemented),
            (.invalidHeaderToken, .validationError),
        ] as [(HTTPParserError, ErrorCode)]
    )
    func parserFaults(fault: HTTPParserError, code: ErrorCode) throws {
        let channel = try channel()
        channel.pipeline.fireErrorCaught(fault)
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("no answer")
            return
        }
        #expect(head.status.code == code.status)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    private func rawHead(
        _ fields: [(String, String)],
        _ version: HTTPVersion = .http1_1
    ) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: .POST, uri: "/", headers: HTTPHeaders(fields))
    }

    @Test("a head that no server may take is refused, whatever it asks for")
    func heads() {
        let host = ("Host", "a")
        #expect(HeadRefusal.fault(rawHead([host])) == nil)
        #expect(HeadRefusal.fault(rawHead([("host", "[::1]:80")])) == nil)
        #expect(HeadRefusal.fault(rawHead([("Host", "")])) == nil)
        #expect(HeadRefusal.fault(rawHead([], .http1_0)) == nil)
        #expect(HeadRefusal.fault(rawHead([host, ("Transfer-Encoding", "Chunked")])) == nil)
        for fields in [
            [], [host, host], [("Host", "a b/c")], [host, ("Transfer-Encoding", "chunked"), ("Content-Length", "1")],
        ] {
            #expect(HeadRefusal.fault(rawHead(fields))?.code == .validationError, "\(fields)")
        }
        let coded = [host, ("Transfer-Encoding", "gzip, chunked")]
        #expect(HeadRefusal.fault(rawHead(coded))?.code == .notImplemented)
        #expect(HeadRefusal.fault(rawHead([("Transfer-Encoding", "chunked")], .http1_0))?.code == .validationError)
    }

    @Test("what is no HTTP is answered by a problem document, once")
    func noHTTP() throws {
        let channel = try channel()
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidVersion)
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidVersion)
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self),
            case .body(let body) = try channel.readOutbound(as: HTTPResponsePart.self)
        else { throw NovaError(.serviceError, "no answer") }
        #expect(head.status == .badRequest)
        #expect(head.headerFields[.contentType] == "application/problem+json")
        #expect(try JSONValue(parsing: Array(buffer: body))["error"]?["code"] == "VALIDATION_ERROR")
        _ = try channel.readOutbound(as: HTTPResponsePart.self)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("after a 101 written through it, it looks at nothing any more")
    func handedOver() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .switchingProtocols)))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        try channel.writeInbound(ByteBuffer(string: "frames"))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
