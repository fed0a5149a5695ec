import Synchronization

/// Bounds the bytes of all bodies that are being read at once.
package final class BodyMemory: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    package init(limit: Int) { self.limit = limit }

    package var bytesInUse: Int { used.load(ordering: .relaxed) }

    /// One request's share; given back when the value goes.
    func hold() -> Hold { Hold(memory: self) }

    fileprivate func take(_ count: Int) -> Bool {
        let after = used.add(count, ordering: .relaxed).newValue
        guard after > limit else { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    fileprivate func give(_ count: Int) { used.subtract(count, ordering: .relaxed) }

    struct Hold: ~Copyable, Sendable {
        fileprivate let memory: BodyMemory
        private var count = 0

        fileprivate init(memory: BodyMemory) { self.memory = memory }

        /// False where the gateway holds too much already; then nothing was taken.
        mutating func take(_ more: Int) -> Bool {
            guard memory.take(more) else { return false }
            count += more
            return true
        }

        deinit { memory.give(count) }
    }
}
