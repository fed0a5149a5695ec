import NIOCore

/// The messages of a client that wait for their turn, and whether more may be read.
///
/// Plain state of one socket.
struct Inbox {
    private let limit: Int
    private var waiting: [ByteBuffer] = []
    private(set) var isWorking = false
    private var isReadHeld = false

    init(limit: Int) { self.limit = limit }

    var isBusy: Bool { isWorking || !waiting.isEmpty }

    /// False at the bound.
    mutating func append(_ text: ByteBuffer) -> Bool {
        guard waiting.count < limit else { return false }
        waiting.append(text)
        return true
    }

    /// The message to work on now; nil while another is worked on.
    mutating func begin() -> ByteBuffer? {
        guard !isWorking, !waiting.isEmpty else { return nil }
        isWorking = true
        return waiting.removeFirst()
    }

    /// The message is done.
    ///
    /// Returns whether a read was held back and is to be asked for now.
    mutating func end() -> Bool {
        isWorking = false
        guard waiting.isEmpty else { return false }
        defer { isReadHeld = false }
        return isReadHeld
    }

    /// Whether the socket may be read; if not, `end` tells when.
    mutating func mayRead() -> Bool {
        if isBusy { isReadHeld = true }
        return !isBusy
    }
}
