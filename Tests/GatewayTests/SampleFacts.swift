import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

@testable import Gateway

extension RequestFacts {
    /// A request with a known id.
    static let sample = RequestFacts(
        Request(
            head: HTTPRequest(
                method: .post,
                scheme: nil,
                authority: nil,
                path: "/api/sample",
                headerFields: [.requestID: "request-1"]
            ),
            body: RequestBody(buffer: ByteBuffer())
        )
    )
}
