import DequeModule
import NIOCore

/// Encoded requests that wait for the socket, in segments: small requests share one, a large one is its own.
struct OutgoingBytes {
    struct Segment {
        var bytes = ByteBuffer()
        var requestCount = 0
    }

    /// A segment is closed at this size.
    ///
    /// What was not taken when the connection breaks was certainly not sent, so that smaller segments tell more, and
    /// larger ones cost fewer system calls.
    private static let segmentSize = 128 << 10

    private var closed: Deque<Segment> = []
    private var open = Segment()
    /// Bytes of the last segment taken: the next is likely to need as much.
    private var lastSize = 256

    mutating func append(_ request: Request) {
        if let bytes = request.ownBuffer {
            close()
            closed.append(Segment(bytes: bytes, requestCount: 1))
            return
        }
        if open.requestCount == 0 { open.bytes.reserveCapacity(max(lastSize, request.size)) }
        request.encode(into: &open.bytes)
        open.requestCount += 1
        if open.bytes.readableBytes >= Self.segmentSize { close() }
    }

    mutating func take() -> Segment? {
        if let segment = closed.popFirst() { return segment }
        guard open.requestCount > 0 else { return nil }
        let segment = open
        lastSize = segment.bytes.readableBytes
        open = Segment()
        return segment
    }

    private mutating func close() {
        guard open.requestCount > 0 else { return }
        closed.append(open)
        open = Segment()
    }
}
