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
        let handler = RequestGuardHandler(headTime: .seconds(10), bodyTime: .seconds(60), bodyLimit: 100)
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

    @Test("Expect: 100-continue is answered, unless the body is too large")
    func expects() throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "100"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .continue)))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "101"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("what is no HTTP is answered by a problem document, once")
    func noHTTP() throws {
        let channel = try channel()
        channel.pipeline.fireErrorCaught(HTTPParserError.headerOverflow)
        channel.pipeline.fireErrorCaught(HTTPParserError.headerOverflow)
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
