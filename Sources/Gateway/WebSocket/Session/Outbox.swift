import NIOCore
import NovaContract

/// What waits to be written to one socket: bounded, in order.
///
/// Plain state, under the session's lock.
struct Outbox {
    struct Item {
        let text: ByteBuffer
        /// Of the event this is; or the place an acknowledgement names.
        ///
        /// The client has everything up to here.
        let id: EventID?
    }

    enum Phase {
        case open
        /// More came than the client read: what waited is gone, the client goes on from its place.
        case overflown
        case closed
    }

    private let maximumItems: Int
    private let maximumBytes: Int
    private var items: [Item] = []
    private var first = 0
    private var bytes = 0
    private(set) var phase = Phase.open
    private var isWakeRequested = false
    private var isRoomAwaited = false

    init(maximumItems: Int, maximumBytes: Int) {
        self.maximumItems = maximumItems
        self.maximumBytes = maximumBytes
    }

    private var count: Int { items.count - first }

    /// Whether those who can wait, because they read from the log, should go on.
    var hasRoom: Bool { phase != .open || (count < maximumItems / 4 && bytes < maximumBytes / 4) }

    /// Whether the event loop must be told now; it is told once until it takes something.
    mutating func append(_ item: Item) -> Bool {
        guard phase == .open else { return false }
        if count >= maximumItems || bytes + item.text.readableBytes > maximumBytes {
            empty()
            phase = .overflown
            return true
        }
        items.append(item)
        bytes += item.text.readableBytes
        defer { isWakeRequested = true }
        return !isWakeRequested
    }

    /// The loop is about to take what there is.
    mutating func wake() { isWakeRequested = false }

    mutating func next() -> Item? {
        guard first < items.count else { return nil }
        let item = items[first]
        first += 1
        bytes -= item.text.readableBytes
        if first == items.count {
            items.removeAll(keepingCapacity: items.count <= 16)
            first = 0
        } else if first >= 256 {
            items.removeFirst(first)
            first = 0
        }
        return item
    }

    mutating func close() {
        empty()
        phase = .closed
    }

    private mutating func empty() {
        items = []
        first = 0
        bytes = 0
    }

    // MARK: - The one that waits for room

    /// Whether there is none; it is noted then that somebody waits.
    mutating func awaitRoom() -> Bool {
        if hasRoom { return false }
        isRoomAwaited = true
        return true
    }

    /// Whether somebody waits and need not any more; told once.
    mutating func endsWait() -> Bool {
        guard isRoomAwaited, hasRoom else { return false }
        isRoomAwaited = false
        return true
    }
}
