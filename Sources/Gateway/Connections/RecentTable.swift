/// A table of bounded size that forgets what was not used for longest.
///
/// Plain state. It has a newer and an older half: what is put or found is in the newer one; when that is full, it
/// becomes the older one, and what that held is forgotten. Each step takes constant time.
struct RecentTable<Key: Hashable, Value> {
    private let half: Int
    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    /// - Parameter capacity: the most it holds, at least 2.
    init(capacity: Int) { half = max(1, capacity / 2) }

    var count: Int { newer.count + older.count }

    /// The value, which counts as used now.
    mutating func find(_ key: Key) -> Value? {
        if let value = newer[key] { return value }
        guard let value = older.removeValue(forKey: key) else { return nil }
        put(value, for: key)
        return value
    }

    mutating func put(_ value: Value, for key: Key) {
        older[key] = nil
        newer[key] = value
        guard newer.count >= half else { return }
        older = newer
        newer = [:]
    }

    mutating func remove(_ key: Key) {
        newer[key] = nil
        older[key] = nil
    }

    mutating func removeAll() {
        newer = [:]
        older = [:]
    }
}
