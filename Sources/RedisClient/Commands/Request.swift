import NIOCore

/// Commands that go to the server together and in order: one, or the several of a pipeline.
struct Request: Sendable {
    enum Content: Sendable {
        case one([RedisArgument])
        case several([[RedisArgument]])
    }

    /// Above this a request is encoded by its own task: copying it under the connection's lock would hold up others.
    private static let encodeAheadLimit = 16 << 10

    let content: Content
    /// Bytes on the wire.
    let size: Int
    private let encoded: ByteBuffer?

    /// Throws `RedisError.refused` for commands that the shared connection cannot take.
    init(_ content: Content) throws(RedisError) {
        self.content = content
        var size = 0
        switch content {
        case .one(let arguments):
            try CommandRules.check(arguments)
            size = CommandEncoder.size(arguments)
        case .several(let commands):
            try CommandRules.check(pipeline: commands)
            size = commands.reduce(0) { $0 + CommandEncoder.size($1) }
        }
        self.size = size
        guard size > Self.encodeAheadLimit else {
            encoded = nil
            return
        }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size)
        Self.encode(content, size: size, into: &buffer)
        encoded = buffer
    }

    var isBatch: Bool {
        if case .several = content { true } else { false }
    }

    /// Replies that the server will send.
    var commandCount: Int {
        switch content {
        case .one: 1
        case .several(let commands): commands.count
        }
    }

    /// The encoded request, if it is too large to be encoded into a shared buffer.
    var ownBuffer: ByteBuffer? { encoded }

    func encode(into buffer: inout ByteBuffer) {
        Self.encode(content, size: size, into: &buffer)
    }

    private static func encode(_ content: Content, size: Int, into buffer: inout ByteBuffer) {
        switch content {
        case .one(let arguments):
            CommandEncoder.encode(arguments, size: size, into: &buffer)
        case .several(let commands):
            for arguments in commands {
                CommandEncoder.encode(arguments, size: CommandEncoder.size(arguments), into: &buffer)
            }
        }
    }
}
