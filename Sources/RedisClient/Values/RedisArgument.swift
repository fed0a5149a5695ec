package import NIOCore

/// One argument of a command: any bytes.
///
/// Numbers are sent as decimal text, as Redis expects them.
package struct RedisArgument: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    enum Storage: Sendable {
        case text(String)
        case bytes([UInt8])
        case buffer(ByteBuffer)
    }

    let storage: Storage

    package init(_ value: String) { storage = .text(value) }
    package init(_ value: Int) { storage = .text(String(value)) }
    package init(_ value: Int64) { storage = .text(String(value)) }
    package init(_ value: Double) { storage = .text(value.description) }
    package init(_ value: [UInt8]) { storage = .bytes(value) }
    /// The readable bytes of `value`.
    package init(_ value: ByteBuffer) { storage = .buffer(value) }
    package init(stringLiteral value: String) { self.init(value) }

    /// Bytes on the wire, without length and line ends.
    var count: Int {
        switch storage {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .buffer(let buffer): buffer.readableBytes
        }
    }
}
