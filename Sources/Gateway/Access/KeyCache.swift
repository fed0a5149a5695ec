import NovaContract

/// The key records a gateway remembers for a moment.
///
/// Plain state: it is asked under a lock.
///
/// Only what was read while revocations are heard is remembered, and only until the next of them: a record that was
/// read before a revocation and comes back after it is used once and forgotten.
struct KeyCache {
    private struct Entry {
        let key: APIKey
        let until: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let capacity: Int
    private var entries: [String: Entry] = [:]
    /// Grows with everything that may have made a record stale.
    private(set) var epoch: UInt64 = 0
    private(set) var isListening = false

    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    func key(hash: String, at now: ContinuousClock.Instant) -> APIKey? {
        guard isListening, let entry = entries[hash], now < entry.until else { return nil }
        return entry.key
    }

    /// Remembers a record that was read in `epoch`.
    mutating func insert(_ key: APIKey, readIn epoch: UInt64, at now: ContinuousClock.Instant) {
        guard isListening, epoch == self.epoch else { return }
        if entries.count >= capacity {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= capacity { entries.removeAll() }
        }
        entries[key.hash] = Entry(key: key, until: now + lifetime)
    }

    mutating func forget(hash: String) {
        epoch += 1
        entries[hash] = nil
    }

    /// Revocations are heard from now on, or no longer.
    mutating func listen(_ isListening: Bool) {
        epoch += 1
        entries.removeAll()
        self.isListening = isListening
    }
}
