/// Memories that were of use: the body of POST `/memory/use`.
package struct MemoryUse: Sendable, Equatable {
    package static let maximumMemories = 100

    /// Each once.
    package let ids: [String]

    package init(body: JSONValue) throws(NovaError) {
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator()
        let given =
            validator.required(members["memory_ids"], "/memory_ids") {
                $0.strings($1, $2, length: 1...EntityID.maximumBytes)
            } ?? []
        if members["memory_ids"]?.arrayValue?.isEmpty == true {
            validator.fail("/memory_ids", "must have at least one id")
        }
        if given.count > Self.maximumMemories {
            validator.fail("/memory_ids", "must be at most \(Self.maximumMemories), not \(given.count)")
        }
        var known: Set<String> = []
        ids = given.filter { known.insert($0).inserted }
        try validator.finish()
    }
}
