import NIOCore

/// What an ``Inbox`` holds.
///
/// Each change returns whom to resume outside the lock.
struct InboxState {
    typealias Waiter = CheckedContinuation<WebSocketMessage?, any Error>

    /// Full at this many messages, or at `byteLimit`.
    let limit: Int
    let byteLimit: Int
    private var messages = CircularBuffer<WebSocketMessage>()
    private var bytes = 0
    private var waiting: (id: Int, waiter: Waiter)?
    /// Set when no more comes.
    private var end: Result<Void, any Error>?
    private var isHeldUp = false
    private var nextID = 0

    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    mutating func makeID() -> Int {
        nextID += 1
        return nextID
    }

    mutating func mayRead() -> Bool {
        isHeldUp = end == nil && (messages.count >= limit || bytes >= byteLimit)
        return !isHeldUp
    }

    mutating func deliver(_ message: WebSocketMessage) -> Waiter? {
        guard end == nil else { return nil }
        if let waiting {
            self.waiting = nil
            return waiting.waiter
        }
        messages.append(message)
        bytes += message.size
        return nil
    }

    mutating func finish(_ end: Result<Void, any Error>) -> Waiter? {
        guard self.end == nil else { return nil }
        self.end = end
        defer { waiting = nil }
        return waiting?.waiter
    }

    /// Drops what is unread.
    mutating func discard() {
        messages.removeAll()
        bytes = 0
        isHeldUp = false
    }

    enum Taking {
        case ready(Result<WebSocketMessage?, any Error>, readsOn: Bool)
        case waits
    }

    mutating func take(_ waiter: Waiter, id: Int) -> Taking {
        // Whoever is cancelled later is found by the cancellation handler.
        if Task.isCancelled { return .ready(.failure(CancellationError()), readsOn: false) }
        if let message = messages.popFirst() {
            bytes -= message.size
            let readsOn = isHeldUp && messages.count <= limit / 2 && bytes <= byteLimit / 2
            if readsOn { isHeldUp = false }
            return .ready(.success(message), readsOn: readsOn)
        }
        if let end { return .ready(end.map { nil }, readsOn: false) }
        guard waiting == nil else { return .ready(.failure(WebSocketClientError.alreadyRead), readsOn: false) }
        waiting = (id, waiter)
        return .waits
    }

    mutating func remove(_ id: Int) -> Waiter? {
        guard let waiting, waiting.id == id else { return nil }
        self.waiting = nil
        return waiting.waiter
    }
}

extension WebSocketMessage {
    /// Bytes, roughly.
    fileprivate var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        case .close(_, let reason): reason.utf8.count
        }
    }
}
