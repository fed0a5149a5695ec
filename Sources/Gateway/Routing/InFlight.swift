import Synchronization

/// Bounds the requests a gateway works on at once.
package final class InFlight: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    package init(limit: Int) { self.limit = limit }

    package var current: Int { count.load(ordering: .relaxed) }

    /// False at the bound; then `leave()` must not be called.
    func enter() -> Bool {
        let after = count.add(1, ordering: .relaxed).newValue
        guard after > limit else { return true }
        count.subtract(1, ordering: .relaxed)
        return false
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
