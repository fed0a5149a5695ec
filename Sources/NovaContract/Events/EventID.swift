/// The id of an event in its owner's log: `MILLISECONDS-SEQUENCE`.
///
/// The sequence grows by one with each event of the owner, so that a hole is seen without asking. It starts at the
/// time (in milliseconds) the log began: a log that was lost and began anew cannot be taken for the old one.
package struct EventID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let milliseconds: UInt64
    package let sequence: UInt64

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    package var description: String { "\(milliseconds)-\(sequence)" }

    package static func < (left: EventID, right: EventID) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }

    /// Whether no event lies between this one and `next`.
    package func isFollowed(by next: EventID) -> Bool { next.sequence == sequence &+ 1 }
}
