/// A right an API key holds: `read`, `write`, `admin`, or one of them in one area, such as `memory:write`.
package struct Permission: Sendable, Hashable, CustomStringConvertible {
    package enum Level: String, Sendable, CaseIterable {
        case read, write, admin
    }

    /// The areas a right can be narrowed to.
    package static let areas: Set<String> = ["flows", "resources", "tasks", "agents", "memory", "jobs", "analytics"]

    /// Nil: all areas.
    package let area: String?
    package let level: Level

    package init(_ level: Level, area: String? = nil) {
        self.level = level
        self.area = area
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let last = parts.last, let level = Level(rawValue: last) else { return nil }
        if parts.count == 2 {
            guard Self.areas.contains(parts[0]) else { return nil }
            self.init(level, area: parts[0])
        } else {
            self.init(level)
        }
    }

    package var description: String { area.map { "\($0):\(level.rawValue)" } ?? level.rawValue }

    /// Whether holding this right is enough for `needed`.
    ///
    /// `admin` includes the others, `write` does not include `read`.
    package func grants(_ needed: Permission) -> Bool {
        let coversArea = area == nil || area == needed.area
        return coversArea && (level == needed.level || level == .admin)
    }
}
