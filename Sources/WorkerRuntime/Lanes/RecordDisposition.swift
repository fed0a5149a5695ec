/// What became of a record that ran.
enum RecordDisposition: Sendable, Equatable {
    /// Nothing is left to do; its offset may be committed.
    case finished
    /// Somebody else will do it; its offset is not committed.
    case givenBack
    /// It is to run again then; until that is over its lane waits, and nothing else does.
    case parked(until: ContinuousClock.Instant)
}
