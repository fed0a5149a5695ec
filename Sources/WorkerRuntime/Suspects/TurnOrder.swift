import DequeModule

/// Decides which attempts may run: any number beside each other, or one suspect alone.
///
/// Plain state: it is asked under a lock, and what it returns is done outside.
///
/// While a suspect waits nothing new begins. What runs may go on until it has had `patience`; then it makes way. Suspects
/// that wait have their turns one after another; when they have taken a second of it, the others have as much time.
struct TurnOrder {
    enum Kind: Sendable, Equatable {
        case beside
        /// With no other attempt in this process.
        case alone
    }

    /// What is to be done outside the lock.
    struct Acts: Equatable {
        /// Their turn has come.
        var admitted: [UInt64] = []
        /// They are to make way.
        var asked: [UInt64] = []
        /// When `advance` is to be called again, whatever happens before.
        var alarm: ContinuousClock.Instant?
    }

    private struct Running {
        let since: ContinuousClock.Instant
        var isAsked = false
    }

    /// Suspects take turns for so long before others have as much.
    private static let share = Duration.seconds(1)

    private let patience: Duration
    private var running: [UInt64: Running] = [:]
    private var soloist: (number: UInt64, since: ContinuousClock.Instant)?
    private var suspects: Deque<UInt64> = []
    private var others: Deque<UInt64> = []
    /// What suspects took since others last had their time.
    private var spent = Duration.zero
    /// Until then others run, though suspects wait.
    private var openUntil: ContinuousClock.Instant?

    init(patience: Duration) { self.patience = patience }

    var suspectsWaiting: Int { suspects.count }

    /// Whether the attempt's turn has come and is not over.
    func isIn(_ number: UInt64) -> Bool { soloist?.number == number || running[number] != nil }

    /// An attempt asks for its turn; returns whether it has it at once.
    ///
    /// Else `advance` will name it.
    mutating func ask(_ number: UInt64, _ kind: Kind, now: ContinuousClock.Instant) -> Bool {
        guard soloist == nil else {
            wait(number, kind)
            return false
        }
        switch kind {
        case .beside where others.isEmpty && (suspects.isEmpty || isOpen(now)):
            running[number] = Running(since: now)
            return true
        case .alone where suspects.isEmpty && running.isEmpty && !isOpen(now):
            soloist = (number, now)
            return true
        case .beside, .alone:
            wait(number, kind)
            return false
        }
    }

    private mutating func wait(_ number: UInt64, _ kind: Kind) {
        if kind == .alone { suspects.append(number) } else { others.append(number) }
    }

    /// The attempt's turn is over, or it does not wait for it any more.
    mutating func leave(_ number: UInt64, now: ContinuousClock.Instant) {
        if soloist?.number == number {
            endSolo(now)
        } else if running.removeValue(forKey: number) == nil {
            suspects.removeAll { $0 == number }
            others.removeAll { $0 == number }
        }
    }

    /// The suspect goes on, beside others; nothing where it is not alone.
    mutating func release(_ number: UInt64, now: ContinuousClock.Instant) {
        guard let solo = soloist, solo.number == number else { return }
        endSolo(now)
        running[number] = Running(since: solo.since)
    }

    private mutating func endSolo(_ now: ContinuousClock.Instant) {
        guard let solo = soloist else { return }
        soloist = nil
        spent += solo.since.duration(to: now)
        guard spent >= Self.share else { return }
        openUntil = now + spent
        spent = .zero
    }

    /// Whether it is the others' time; it is over as soon as there are none.
    private func isOpen(_ now: ContinuousClock.Instant) -> Bool {
        guard let openUntil, now < openUntil else { return false }
        return !others.isEmpty || !running.isEmpty
    }

    /// Gives turns to those whose time has come; to be called after each change.
    mutating func advance(now: ContinuousClock.Instant) -> Acts {
        var acts = Acts()
        guard soloist == nil else { return acts }
        guard let first = suspects.first, !isOpen(now) else {
            acts.admitted = Array(others)
            for number in others { running[number] = Running(since: now) }
            others = []
            if !suspects.isEmpty { acts.alarm = openUntil }
            return acts
        }
        openUntil = nil
        if running.isEmpty {
            suspects.removeFirst()
            soloist = (first, now)
            acts.admitted = [first]
            return acts
        }
        for (number, attempt) in running where !attempt.isAsked {
            let due = attempt.since + patience
            if due <= now {
                running[number]?.isAsked = true
                acts.asked.append(number)
            } else {
                acts.alarm = min(acts.alarm ?? due, due)
            }
        }
        return acts
    }
}
