import NovaContract

/// A place in a list that is sorted by time: of jobs, tasks or agents.
package struct ListCursor: Sendable, Equatable {
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let id: String

    package init(createdAt: Int64, id: String) {
        self.createdAt = createdAt
        self.id = id
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let createdAt = Int64(parts[0]), EntityID.fault(String(parts[1])) == nil else {
            return nil
        }
        self.init(createdAt: createdAt, id: String(parts[1]))
    }

    package var text: String { "\(createdAt)_\(id)" }
}
