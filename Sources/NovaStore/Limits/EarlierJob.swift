/// The job of an earlier request that a request repeats.
package struct EarlierJob: Sendable, Equatable {
    package let id: String
    /// Whether its command may never have reached Kafka: it is queued and was never begun, or its record was gone.
    ///
    /// Then it is to be published once more, under this id; or withdrawn, where that fails.
    package let needsPublishing: Bool
    /// Milliseconds since 1970; nil where the record was gone.
    package let createdAt: Int64?
    /// Milliseconds since 1970; nil where it has none, or the record was gone.
    package let deadline: Int64?
}
