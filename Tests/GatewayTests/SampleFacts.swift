import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NovaContract

@testable import Gateway
@testable import NovaAPI

extension RequestFacts {
    /// A request with a known id.
    static let sample = with([.requestID: "request-1"])

    static func with(_ headers: HTTPFields, path: String = "/api/sample") -> RequestFacts {
        RequestFacts(
            Request(
                head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: path, headerFields: headers),
                body: RequestBody(buffer: ByteBuffer())
            )
        )
    }
}

extension Call {
    /// A call without a key or a body.
    static func sample(_ facts: RequestFacts) -> Call {
        let body = BodyReader(
            body: RequestBody(buffer: ByteBuffer()),
            headers: facts.headers,
            limit: 1_000,
            hold: BodyMemory(limit: 1_000).hold(),
            overload: Overload()
        )
        return Call(facts: facts, parameters: [:], key: nil, body: body)
    }
}
