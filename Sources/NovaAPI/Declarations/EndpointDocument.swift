package import CDocuments
package import NovaContract

/// What the API document says of one method on one path, besides what all of its form have in common.
package struct EndpointDocument: Sendable {
    /// What a request's body may be.
    package enum Body: Sendable {
        case none
        /// A component schema of this name, with an example.
        case schema(String, example: JSONValue, isRequired: Bool = true)
        /// Members of the entity, each of which may be `null` (RFC 7396).
        case mergePatch
        /// Written out: the `requestBody` as it stands in the document.
        case written(JSONValue)
    }

    /// What the answers of a path have in common: header fields, statuses and conditions.
    package enum Form: Sendable {
        /// One entity with its version as `ETag`.
        case entity
        /// A page of a list.
        case list
        /// An answer that has no version.
        case query
        /// One that reads a body and changes what Redis holds at once.
        case action
    }

    /// Unique in the document, for example `storeFlow`.
    package let operationID: String
    package let tag: String
    package let summary: String
    /// Without what it needs of a key, which the permission says.
    package let description: String
    package let body: Body
    /// The component schema of the answer.
    package let answer: String

    package init(
        _ operationID: String,
        tag: String,
        _ summary: String,
        _ description: String = "",
        body: Body = .none,
        answer: String = ""
    ) {
        self.operationID = operationID
        self.tag = tag
        self.summary = summary
        self.description = description
        self.body = body
        self.answer = answer
    }
}

extension NovaDocument {
    /// The file's bytes.
    package var array: [UInt8] { Array(UnsafeBufferPointer(start: bytes, count: count)) }
}
