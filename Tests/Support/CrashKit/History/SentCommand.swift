/// A command that a writer began to send.
package struct SentCommand: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case store, delete, optimize
        /// A flow whose steps wait for each other: the gateway takes it, the worker refuses it.
        case invalid
        /// An optimization that takes seconds.
        case hard
        /// It ends the worker that handles it.
        case poison
    }

    /// Number of the command in its run, from 0; answers name it.
    package let id: Int
    package let writer: Int
    package let kind: Kind
    package let flowID: String
    package let idempotencyKey: String
    /// Milliseconds from the begin of the run.
    package let at: Int

    package init(id: Int, writer: Int, kind: Kind, flowID: String, idempotencyKey: String, at: Int) {
        self.id = id
        self.writer = writer
        self.kind = kind
        self.flowID = flowID
        self.idempotencyKey = idempotencyKey
        self.at = at
    }
}
