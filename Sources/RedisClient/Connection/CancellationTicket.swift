import Synchronization

/// Settles who was first: the task that gets a place, or its cancellation.
///
/// Either may come from any thread.
struct CancellationTicket: ~Copyable, Sendable {
    private static let isOpen: UInt64 = 0
    private static let cancelled = UInt64.max

    private let place = Atomic<UInt64>(isOpen)

    var isCancelled: Bool { place.load(ordering: .acquiring) == Self.cancelled }

    /// Notes the place that was given, numbered from 1.
    ///
    /// False: cancelled before, and the giver is to take it back.
    func grant(_ id: UInt64) -> Bool {
        place.compareExchange(expected: Self.isOpen, desired: id, ordering: .acquiringAndReleasing).exchanged
    }

    /// The place to be given up, if there is one.
    func cancel() -> UInt64? {
        let id = place.exchange(Self.cancelled, ordering: .acquiringAndReleasing)
        return id == Self.isOpen || id == Self.cancelled ? nil : id
    }
}
