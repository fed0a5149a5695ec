import NovaContract

/// The ids by which requests are told apart in answers, logs and commands.
package enum RequestIDs {
    package static let maximumLength = 128

    /// The id the client chose, where it is usable, or a new one.
    package static func accept(_ proposed: String?) -> String {
        guard let proposed, isUsable(proposed) else { return UUIDv7.make() }
        return proposed
    }

    /// 1 to 128 printable characters of ASCII: nothing that could break a header or a log line.
    package static func isUsable(_ id: String) -> Bool {
        (1...maximumLength).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
