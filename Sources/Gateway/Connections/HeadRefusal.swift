import HTTPTypes
import NIOCore
import NIOHTTP1
import NovaAPI
import NovaContract

/// Holds the head of each request to what RFC 9112 asks of it, where only the version and the fields as they came tell.
///
/// First to see a request that the decoder took. What is wrong travels as a header field of the request, so that its answer
/// comes in the order of the requests; a field of this name that comes from a client is taken away.
final class RequestHeadHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// The connection speaks something else from now on.
    private var isOver = false

    func handOver() { isOver = true }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver, case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let name = HeadRefusal.field.rawName
        let fault = HeadRefusal.fault(head)
        guard fault != nil || head.headers.contains(name: name) else { return context.fireChannelRead(data) }
        head.headers.remove(name: name)
        if let fault { head.headers.add(name: name, value: fault.json.jsonString) }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}

/// Why the head of a request is refused whatever it asks for.
enum HeadRefusal {
    // A literal token of RFC 9110, so that it cannot be nil.
    static let field = HTTPField.Name("X-Nova-Head-Refusal")!

    /// What is wrong with a head as it came, or nil.
    static func fault(_ head: HTTPRequestHead) -> NovaError? {
        // The decoder takes no other than HTTP/1.
        let isOld = head.version.minor < 1
        let hosts = head.headers["Host"]
        if hosts.isEmpty, !isOld {
            return NovaError(.validationError, "an HTTP/1.1 request must name its Host")
        }
        if hosts.count > 1 { return NovaError(.validationError, "a request must name one Host, not \(hosts.count)") }
        if let host = hosts.first, !host.utf8.allSatisfy(isOfHost) {
            return NovaError(.validationError, "the Host is not valid")
        }
        let codings = head.headers["Transfer-Encoding"]
        guard !codings.isEmpty else { return nil }
        if isOld {
            return NovaError(
                .validationError,
                "a request of HTTP/\(head.version.major).\(head.version.minor) has no "
                    + "Transfer-Encoding"
            )
        }
        if head.headers.contains(name: "Content-Length") {
            return NovaError(.validationError, "a request has Content-Length or Transfer-Encoding, not both")
        }
        if codings.count > 1 || codings[0].trimmed.lowercased() != "chunked" {
            return NovaError(.notImplemented, "no Transfer-Encoding is understood but chunked")
        }
        return nil
    }

    /// Of a name, an address or a port (RFC 3986, section 3.2), or blanks around them.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+,;=:[] \t".utf8.contains(byte)
        }
    }

    /// What `RequestHeadHandler` found; nil where nothing is wrong.
    static func error(_ headers: HTTPFields) -> NovaError? {
        guard let text = headers[field] else { return nil }
        do {
            return NovaError(json: try JSONValue(parsing: text))
        } catch {
            return NovaError(.serviceError, "the head of the request was refused")
        }
    }
}
