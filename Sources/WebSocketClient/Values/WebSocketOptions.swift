package import NIOSSL

/// How a client connects and how much it holds.
///
/// The defaults suit a person's tool.
package struct WebSocketOptions: Sendable {
    /// Names offered in `Sec-WebSocket-Protocol`, the dearest first.
    package var subprotocols: [String] = []
    /// Of one message from the server, all its fragments together.
    ///
    /// A longer one closes the connection with 1009.
    package var maxFrameBytes = 1 << 20
    /// Messages waiting to be read.
    ///
    /// When full, the client stops reading from the network, so the server is held up.
    package var buffer = 256
    /// From the first try to connect until the server has upgraded.
    package var deadline = Duration.seconds(10)
    /// How long to wait for the server's answer to our close.
    package var closeDeadline = Duration.seconds(2)
    /// For `wss://`; nil stands for the system's certificate authorities.
    package var tls: TLSConfiguration?
    /// The kernel's receive buffer; nil leaves it to the kernel.
    ///
    /// A small one makes a slow reader felt early.
    package var receiveBufferBytes: Int?

    package init() {}
}
