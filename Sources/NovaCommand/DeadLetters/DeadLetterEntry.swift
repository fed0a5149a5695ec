import NovaContract

/// One dead letter with everything that is known of it.
struct DeadLetterEntry: Sendable, Equatable {
    /// As it was written first.
    let record: BuriedRecord
    /// Everywhere it lies, ascending: more than one where a worker died after writing it and its successor wrote it again.
    let places: [DeadLetterPlace]
    /// The latest word on any of its places; nil while it waits for somebody.
    let resolution: DeadLetterResolution?
    /// Those of its places that have no resolution of their own.
    let unmarked: [DeadLetterPlace]

    var reference: DeadLetterReference { record.reference }
    var isOpen: Bool { resolution == nil }
}
