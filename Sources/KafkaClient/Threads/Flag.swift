import Synchronization

/// Set once, seen from anywhere.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isSet: Bool { state.load(ordering: .acquiring) }

    /// Whether it was not set before.
    @discardableResult
    func set() -> Bool { !state.exchange(true, ordering: .acquiringAndReleasing) }
}
