extension [NovaError.Detail] {
    /// `warnings` of an answer: what of a request was not understood, and is passed over as older clients expect it.
    package var asWarnings: JSONValue {
        .array(map { ["pointer": .string($0.pointer.description), "message": .string($0.message)] })
    }
}
