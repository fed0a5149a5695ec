import Synchronization

/// Bounds the bytes of the bodies of all requests that are being read or worked on.
///
/// A command's body is held until its request is answered: until then it lies in the producer's queue, or may.
package final class BodyMemory: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    package init(limit: Int) { self.limit = limit }

    package var bytesInUse: Int { used.load(ordering: .relaxed) }

    /// One request's share; `release` gives it back.
    package func hold() -> Hold { Hold(memory: self) }

    private func take(_ count: Int) -> Bool {
        let after = used.add(count, ordering: .relaxed).newValue
        guard after > limit else { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    /// Not given back by itself: when a value goes is up to the compiler, when a request is answered is not.
    package final class Hold: Sendable {
        private let memory: BodyMemory
        private let count = Atomic<Int>(0)

        fileprivate init(memory: BodyMemory) { self.memory = memory }

        /// False where the gateway holds too much already; then nothing was taken.
        package func take(_ more: Int) -> Bool {
            guard memory.take(more) else { return false }
            count.add(more, ordering: .relaxed)
            return true
        }

        /// Gives back all that was taken.
        package func release() { memory.used.subtract(count.exchange(0, ordering: .relaxed), ordering: .relaxed) }
    }
}
