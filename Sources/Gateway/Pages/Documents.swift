import CDocuments

/// The files in `Documents/`, which are part of the executable.
enum Documents {
    static let openAPI = bytes(nova_openapi())
    static let asyncAPI = bytes(nova_asyncapi())
    static let reference = bytes(nova_reference())
    static let console = bytes(nova_console())

    private static func bytes(_ document: NovaDocument) -> [UInt8] {
        Array(UnsafeBufferPointer(start: document.bytes, count: document.count))
    }
}
