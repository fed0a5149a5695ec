import Synchronization

/// Bounds the requests of each key that a gateway works on at once, those that wait for their result included.
package final class InFlightByKey: Sendable {
    private let limit: Int
    private let counts = Mutex<[String: Int]>([:])

    package init(limit: Int) { self.limit = limit }

    /// Keys with a request in flight.
    package var keyCount: Int { counts.withLock(\.count) }

    /// False at the bound; then `leave` must not be called.
    func enter(_ keyID: String) -> Bool {
        counts.withLock { counts in
            let count = counts[keyID, default: 0]
            guard count < limit else { return false }
            counts[keyID] = count + 1
            return true
        }
    }

    func leave(_ keyID: String) {
        counts.withLock { counts in
            let left = counts[keyID, default: 1] - 1
            counts[keyID] = left > 0 ? left : nil
        }
    }
}
