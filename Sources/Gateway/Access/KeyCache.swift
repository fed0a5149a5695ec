import NovaContract

/// The key records a gateway remembers for a moment.
///
/// Plain state: it is asked under a lock.
///
/// Only what was read while changes of keys are heard is remembered, and only until the next of them: a record that was
/// read before a revocation and comes back after it is used once and forgotten. The same holds for what was not found:
/// a key that is made is good at once, though it was asked for before.
struct KeyCache {
    private struct Entry {
        let key: APIKey
        let until: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let capacity: Int
    private var entries: [String: Entry] = [:]
    /// Hashes that no key has, each until when that is believed.
    private var unknown: RecentTable<String, ContinuousClock.Instant>
    /// Hashes that were a good key's when they were last looked at, for longer than their records are remembered.
    private var familiar: RecentTable<String, Bool>
    /// Grows with everything that may have made a record stale.
    private(set) var epoch: UInt64 = 0
    private(set) var isListening = false

    init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
        unknown = RecentTable(capacity: capacity)
        familiar = RecentTable(capacity: capacity)
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

    /// Whether it is known that no key has this hash.
    mutating func isUnknown(hash: String, at now: ContinuousClock.Instant) -> Bool {
        guard isListening, let until = unknown.find(hash) else { return false }
        if now < until { return true }
        unknown.remove(hash)
        return false
    }

    /// Remembers that no key had this hash when it was looked for in `epoch`.
    mutating func insertUnknown(hash: String, readIn epoch: UInt64, at now: ContinuousClock.Instant) {
        familiar.remove(hash)
        guard isListening, epoch == self.epoch else { return }
        unknown.put(now + lifetime, for: hash)
    }

    /// Whether it was a good key's when it was last looked at.
    mutating func isFamiliar(hash: String) -> Bool { familiar.find(hash) ?? false }

    mutating func befriend(hash: String) { familiar.put(true, for: hash) }

    /// The key with this hash was made, changed or revoked.
    mutating func forget(hash: String) {
        epoch += 1
        entries[hash] = nil
        unknown.remove(hash)
    }

    /// Revocations are heard from now on, or no longer.
    mutating func listen(_ isListening: Bool) {
        epoch += 1
        entries.removeAll()
        unknown.removeAll()
        self.isListening = isListening
    }
}
