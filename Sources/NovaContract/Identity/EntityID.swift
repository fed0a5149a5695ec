/// The rules for ids that clients choose: flows, tasks, agents, resources, domains.
package enum EntityID {
    package static let maximumBytes = 200

    /// What is wrong with an id, or nil.
    ///
    /// Any text without control characters, up to 200 bytes.
    package static func fault(_ id: String) -> String? {
        if id.isEmpty { return "must not be empty" }
        if id.utf8.count > maximumBytes { return "must have at most \(maximumBytes) bytes, not \(id.utf8.count)" }
        if id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "must not contain control characters"
        }
        return nil
    }
}
