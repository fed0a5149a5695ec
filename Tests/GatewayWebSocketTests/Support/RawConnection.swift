import NIOCore
import NIOPosix

/// A TCP connection of which each byte is decided here.
enum RawConnection {
    final class Reader {
        private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private(set) var text = ""
        private(set) var isOver = false

        init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.iterator = iterator }

        /// Reads until the text so far holds `part`, or the end.
        func read(until part: String) async throws -> String {
            while !text.contains(part), let bytes = try await iterator.next() { text += String(buffer: bytes) }
            return text
        }

        func readAll() async throws -> String {
            while let bytes = try await iterator.next() { text += String(buffer: bytes) }
            isOver = true
            return text
        }

        func forget() { text = "" }
    }

    struct Sender: Sendable {
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

        func callAsFunction(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
        func callAsFunction(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }
    }

    static func run<R: Sendable>(
        port: Int,
        _ body: @Sendable (Reader, Sender) async throws -> R
    ) async throws -> R {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Reader(inbound.makeAsyncIterator()), Sender(outbound: outbound))
        }
    }
}

extension Stage {
    /// Sends a request and reads until the server closes.
    func exchange(_ request: String) async throws -> String {
        try await RawConnection.run(port: port) { reader, send in
            try await send(request)
            return try await reader.readAll()
        }
    }
}
