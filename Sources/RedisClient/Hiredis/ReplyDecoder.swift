import CHiredis

/// hiredis's incremental reader of RESP2, as a decoder of `RedisValue`s: bytes in, split anywhere; whole replies out.
///
/// Not `Sendable`: it belongs to one connection and so to one event loop.
final class ReplyDecoder {
    /// What the server sent is not RESP2, or is more than is allowed.
    ///
    /// The decoder is of no further use.
    struct Violation: Error, Equatable {
        let reason: String
    }

    /// Bytes given to hiredis at once while replies are small.
    ///
    /// It moves what is left to the front of its buffer each time 1 KiB was consumed, so that large chunks of small
    /// replies would be moved over and over.
    private static let chunk = 4096

    private let maxReplyBytes: Int
    private let builder = ReplyBuilder()
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let reader: UnsafeMutablePointer<redisReader>
    /// Bytes of the reply that is not complete yet.
    private var partial = 0

    /// Throws if there is no memory.
    init(maxReplyBytes: Int) throws {
        self.maxReplyBytes = maxReplyBytes
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyBuilder.functions)
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw Violation(reason: "no memory for the reader")
        }
        self.reader = reader
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Appends the replies that `bytes` complete.
    ///
    /// Those before a violation are appended too, then it throws.
    func decode(_ bytes: UnsafeRawBufferPointer, into replies: inout [RedisValue]) throws(Violation) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(max(Self.chunk, partial))
            rest = rest.dropFirst(piece.count)
            partial += piece.count
            try feed(UnsafeRawBufferPointer(rebasing: piece))
            while let reply = try next() {
                partial = reader.pointee.len - reader.pointee.pos
                replies.append(reply)
            }
            guard partial <= maxReplyBytes else {
                throw Violation(reason: "a reply is larger than \(maxReplyBytes) bytes")
            }
        }
    }

    private func feed(_ piece: UnsafeRawBufferPointer) throws(Violation) {
        let base = piece.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard redisReaderFeed(reader, base, piece.count) == REDIS_OK else { throw violation() }
    }

    private func next() throws(Violation) -> RedisValue? {
        var marker: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &marker) == REDIS_OK else { throw violation() }
        return marker == nil ? nil : builder.take()
    }

    private func violation() -> Violation {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return Violation(reason: text)
    }
}
