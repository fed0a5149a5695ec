/// One promise that was not kept, in words.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// An acknowledged command, an effect or an event that is not there.
        case lost
        /// An effect or an event that is there twice, or a command that became two jobs.
        case duplicated
        case outOfOrder = "out of order"
        /// Has not ended though workers run.
        case stuck
        /// What Redis, the event and the answer say of one job is not the same.
        case disagreement
        /// A failed job without its dead letter, or a dead letter without its failed job.
        case deadLetter = "dead letter"
        /// A command that ends workers is not named as such, or another one is.
        case blame
        /// A gap was told though Redis lost nothing.
        case needlessGap = "needless gap"
        /// A status that no fault explains.
        case unexpectedAnswer = "unexpected answer"
    }

    package let kind: Kind
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    package var description: String { "\(kind.rawValue): \(text)" }
}
