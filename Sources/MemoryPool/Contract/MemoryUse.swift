package import NovaContract

/// Memories that were of use: the body of POST `/memory/use`.
package struct MemoryUse: Sendable, Equatable {
    package static let maximumMemories = 100

    /// Each once.
    package let ids: [String]

    package static let members = ["memory_ids", "domain"]

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator(source)
        validator.known(members, Self.members, at: .root)
        let given = validator.required(members["memory_ids"], "/memory_ids") { $0.array($1, $2) } ?? []
        if members["memory_ids"]?.arrayValue?.isEmpty == true {
            validator.fail("/memory_ids", "must have at least one id")
        }
        if given.count > Self.maximumMemories {
            validator.fail("/memory_ids", "must be at most \(Self.maximumMemories), not \(given.count)")
        }
        let some = JSONValue.array(Array(given.prefix(Self.maximumMemories)))
        let named = validator.strings(some, "/memory_ids", length: 1...EntityID.maximumBytes) ?? []
        var known: Set<String> = []
        ids = named.filter { known.insert($0).inserted }
        try validator.finish()
    }
}
