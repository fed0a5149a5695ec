import AsyncPrimitives
import NIOCore
import NovaContract
import Synchronization

/// One open socket, as the rest of the gateway sees it: somebody with a key, to whom texts are sent.
///
/// Any thread.
final class Session: Sendable {
    let id: UInt64
    let key: APIKey
    let eventLoop: any EventLoop
    private let outbox: Mutex<Outbox>
    private let roomMade = AsyncSignal()
    /// Touched on the event loop only.
    private let attachment: NIOLoopBoundBox<Attachment>

    private enum Attachment {
        /// The socket is not open yet; what its handler is to be told then.
        case awaited([(SessionHandler) -> Void])
        case attached(SessionHandler)
        case ended
    }

    init(id: UInt64, key: APIKey, eventLoop: any EventLoop, configuration: WebSocketConfiguration) {
        self.id = id
        self.key = key
        self.eventLoop = eventLoop
        outbox = Mutex(
            Outbox(
                maximumItems: configuration.maximumUnsentMessages,
                maximumBytes: configuration.maximumUnsentBytes
            )
        )
        attachment = .makeBoxSendingValue(.awaited([]), eventLoop: eventLoop)
    }

    var isOpen: Bool { outbox.withLock { $0.phase == .open } }

    // MARK: - Sending

    /// Puts a text in line and returns at once.
    ///
    /// A client that has not read what is in line already is closed with 1013.
    func offer(_ text: ByteBuffer, id: EventID? = nil) {
        if outbox.withLock({ $0.append(.init(text: text, id: id)) }) { tell { $0.flush() } }
    }

    /// Waits until the client has read most of what is in line, then offers.
    ///
    /// False where the socket is closed.
    ///
    /// One caller at a time: that which works on the socket's present message.
    func send(_ text: ByteBuffer, id: EventID? = nil) async -> Bool {
        await room()
        offer(text, id: id)
        return isOpen
    }

    private func room() async {
        while outbox.withLock({ $0.awaitRoom() }) {
            guard await roomMade.wait() else { return }
        }
    }

    // MARK: - Ending

    func close(_ reason: CloseReason) { tell { $0.close(reason) } }

    /// The key's record is another now, or the key is good no more.
    func keyChanged(_ changed: APIKey?) { tell { $0.keyChanged(changed) } }

    // MARK: - For the handler, on the event loop

    /// The socket is open.
    ///
    /// The handler is told what happened before.
    func attach(_ handler: SessionHandler) {
        guard case .awaited(let news) = attachment.value else { return }
        attachment.value = .attached(handler)
        for tell in news { tell(handler) }
    }

    func detach() { attachment.value = .ended }

    /// What is next in line.
    ///
    /// Nil: nothing is, until the handler is told again.
    func next() -> Outbox.Item? {
        let (item, endsWait) = outbox.withLock { outbox in
            outbox.wake()
            return (outbox.next(), outbox.endsWait())
        }
        if endsWait { roomMade.signal() }
        return item
    }

    var isOverflown: Bool { outbox.withLock { $0.phase == .overflown } }

    /// Nothing is sent from here on.
    ///
    /// Whoever waits for room goes on.
    func finish() {
        let endsWait = outbox.withLock { outbox in
            outbox.close()
            return outbox.endsWait()
        }
        if endsWait { roomMade.signal() }
    }

    private func tell(_ what: @escaping @Sendable (SessionHandler) -> Void) {
        eventLoop.execute {
            switch self.attachment.value {
            case .awaited(let news): self.attachment.value = .awaited(news + [what])
            case .attached(let handler): what(handler)
            case .ended: break
            }
        }
    }
}
