package import Memory
package import NovaContract

/// What is to be consolidated: the body of POST `/memory/consolidate`.
package struct MemoryConsolidation: Sendable, Equatable {
    /// How facts and summaries are made.
    package enum Method: String, Sendable, CaseIterable {
        /// By the model, where one is configured, else by extraction.
        case automatic = "auto"
        case model
        case extraction
    }

    package static let maximumMemories = 2_000

    package var method = Method.automatic
    /// Of episodic memories that were not consolidated yet.
    package var filter = MemoryFilter()
    /// Memories that are looked at, the oldest first.
    package var limit = 500

    package init() { filter.kind = .episodic }

    package static let members = ["method", "filter", "limit", "domain"]

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        self.init()
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator(source)
        validator.known(members, Self.members, at: .root)
        if let text = validator.string(members["method"], "/method") {
            if let method = Method(rawValue: text) {
                self.method = method
            } else {
                validator.fail("/method", "must be auto, model or extraction, not \"\(text)\"")
            }
        }
        if let filters = validator.object(members["filter"], "/filter") {
            filter = MemoryFilter(filters, at: "/filter", &validator)
            if filter.kind == .semantic {
                validator.fail("/filter/kind", "must be episodic: those are what is consolidated")
            }
            filter.kind = .episodic
        }
        limit = validator.integer(members["limit"], "/limit", in: 1...Self.maximumMemories) ?? limit
        try validator.finish()
    }
}
