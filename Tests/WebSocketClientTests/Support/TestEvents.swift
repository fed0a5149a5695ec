import Synchronization

/// What the server saw, to be waited for; bounded by the few a test causes.
final class TestEvents: Sendable {
    enum Event: Sendable, Hashable {
        case header(String)
        case close(UInt16)
        case unmasked
        case allWritten
    }

    private let seen = Mutex<[Event]>([])
    private let stream: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(100))
    }

    func add(_ event: Event) {
        seen.withLock { $0.append(event) }
        continuation.yield(event)
    }

    func contains(_ event: Event) -> Bool {
        seen.withLock { $0.contains(event) }
    }

    /// Returns when the event has happened; one caller at a time.
    func wait(for event: Event) async {
        guard !contains(event) else { return }
        for await next in stream where next == event { return }
    }
}
