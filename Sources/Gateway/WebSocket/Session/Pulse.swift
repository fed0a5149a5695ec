/// Whether the peer lives: something came from it, or it took something, since it was pinged.
///
/// Plain state.
struct Pulse {
    private var hasSignOfLife = true

    mutating func pinged() { hasSignOfLife = false }
    mutating func isAlive() { hasSignOfLife = true }

    /// - Parameter canHear: whether a sign of life would have been noticed.
    func isDead(canHear: Bool) -> Bool { canHear && !hasSignOfLife }
}
