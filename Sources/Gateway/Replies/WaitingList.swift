/// Who waits for which job.
///
/// Plain state: it is asked under a lock and says whom to wake.
///
/// A waiter is registered before its command is published, and begins to wait later; what comes in between is kept
/// for it. `Wakeup` stands for a continuation: each one that was taken in is given back exactly once.
struct WaitingList<Wakeup: Sendable>: Sendable {
    typealias Token = UInt64
    typealias Wake = (wakeup: Wakeup, ending: JobEnding?)

    private struct Entry: Sendable {
        let jobID: String
        let owner: String
        let deadline: ContinuousClock.Instant
        var wakeup: Wakeup?
        var ending: JobEnding?
    }

    private let capacity: Int
    private var entries: [Token: Entry] = [:]
    private var tokens: [String: [Token]] = [:]
    private var lastToken: Token = 0
    private(set) var isClosed = false

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { entries.count }

    /// Jobs whose end is not known, with their owners.
    var jobs: [(id: String, owner: String)] {
        entries.values.filter { $0.ending == nil }.map { ($0.jobID, $0.owner) }
    }

    /// Nil where there is no room or the list is closed: then the client does not wait.
    mutating func register(_ jobID: String, _ owner: String, until deadline: ContinuousClock.Instant) -> Token? {
        guard !isClosed, entries.count < capacity else { return nil }
        lastToken += 1
        entries[lastToken] = Entry(jobID: jobID, owner: owner, deadline: deadline)
        tokens[jobID, default: []].append(lastToken)
        return lastToken
    }

    /// What a waiter that begins to wait finds.
    enum Begin: Sendable {
        /// It is woken later.
        case waits
        /// It is known already; the waiter is gone.
        case ended(JobEnding)
        /// Not in time, or removed.
        case over
    }

    mutating func wait(_ token: Token, _ wakeup: Wakeup, now: ContinuousClock.Instant) -> Begin {
        guard let entry = entries[token] else { return .over }
        if let ending = entry.ending {
            remove(token)
            return .ended(ending)
        }
        guard !isClosed, now < entry.deadline else {
            remove(token)
            return .over
        }
        entries[token]?.wakeup = wakeup
        return .waits
    }

    /// A job ended.
    ///
    /// Those who do not wait yet find it when they begin.
    mutating func end(_ jobID: String, _ ending: JobEnding) -> [Wake] {
        var woken: [Wake] = []
        for token in tokens[jobID] ?? [] {
            if let wakeup = entries[token]?.wakeup {
                woken.append((wakeup, ending))
                remove(token)
            } else if entries[token]?.ending == nil {
                entries[token]?.ending = ending
            }
        }
        return woken
    }

    /// Those whose time is over.
    mutating func expire(now: ContinuousClock.Instant) -> [Wake] {
        wake { $0.deadline <= now }
    }

    /// Nobody waits any more.
    mutating func close() -> [Wake] {
        isClosed = true
        return wake { _ in true }
    }

    private mutating func wake(where isOver: (borrowing Entry) -> Bool) -> [Wake] {
        var woken: [Wake] = []
        for (token, entry) in entries where isOver(entry) {
            guard let wakeup = entry.wakeup else { continue }
            woken.append((wakeup, nil))
            remove(token)
        }
        return woken
    }

    /// Forgets a waiter.
    ///
    /// Returns its wakeup if it waited: then it is the caller's to wake.
    @discardableResult
    mutating func remove(_ token: Token) -> Wakeup? {
        guard let entry = entries.removeValue(forKey: token) else { return nil }
        tokens[entry.jobID]?.removeAll { $0 == token }
        if tokens[entry.jobID]?.isEmpty == true { tokens[entry.jobID] = nil }
        return entry.wakeup
    }
}
