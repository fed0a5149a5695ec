import Synchronization

/// The turn that one attempt has: beside others, or alone as a suspect.
///
/// In Redis a suspect is marked for as long as it is alone, so that its worker's death is known to be its own: the mark is
/// set before the handler goes on, and taken away before anything else begins.
final class Turn: Sendable {
    /// How long it is alone at first; nil: it is no suspect.
    let timeAlone: Duration?
    private let turns: Turns
    private let number: UInt64
    private let signal: CancellationSignal
    private let mark: @Sendable (Bool) async -> Bool
    private let alone: Mutex<Bool>

    /// - Parameters:
    ///   - number: of the turn, which has come.
    ///   - mark: notes in Redis whether the attempt is alone; false where it could not.
    init(
        _ turns: Turns,
        number: UInt64,
        timeAlone: Duration?,
        signal: CancellationSignal,
        mark: @escaping @Sendable (Bool) async -> Bool
    ) {
        self.turns = turns
        self.number = number
        self.timeAlone = timeAlone
        self.signal = signal
        self.mark = mark
        alone = Mutex(timeAlone != nil)
    }

    private var isAlone: Bool { alone.withLock(\.self) }

    /// The handler waits for something: others may run meanwhile.
    func pause() async {
        if isAlone { _ = await mark(false) }
        turns.leave(number)
    }

    /// Returns when it may go on; at once where the task is cancelled, for it is to stop then.
    func resume() async {
        guard await turns.takeAgain(number, isAlone ? .alone : .beside, signal) else { return }
        if isAlone {
            _ = await mark(true)
        } else {
            // Its time alone was over while it waited for another turn of that kind.
            turns.release(number)
        }
    }

    /// Its time alone is over and its worker lives: it goes on beside others.
    func release() async {
        guard isAlone, await mark(false) else { return }
        alone.withLock { $0 = false }
        turns.release(number)
    }
}
