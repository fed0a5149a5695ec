import NovaContract

/// Somebody who holds a connection open on the strength of a key.
package struct KeyWatch: Sendable {
    let hash: String
    let id: UInt64
}

/// Who is to be told when a key changes.
///
/// Plain state: it is asked under a lock.
struct KeyWatches {
    typealias Listener = @Sendable (APIKey?) -> Void

    private var listeners: [String: [UInt64: Listener]] = [:]
    private var lastID: UInt64 = 0

    var hashes: [String] { Array(listeners.keys) }

    func listeners(of hash: String) -> [Listener] { listeners[hash].map { Array($0.values) } ?? [] }

    mutating func add(hash: String, _ listener: @escaping Listener) -> KeyWatch {
        lastID += 1
        listeners[hash, default: [:]][lastID] = listener
        return KeyWatch(hash: hash, id: lastID)
    }

    mutating func remove(_ watch: KeyWatch) {
        listeners[watch.hash]?[watch.id] = nil
        if listeners[watch.hash]?.isEmpty == true { listeners[watch.hash] = nil }
    }
}
