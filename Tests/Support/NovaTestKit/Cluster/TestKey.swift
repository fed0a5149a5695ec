/// An API key for a test's gateways.
package struct TestKey: Sendable {
    package var name: String
    package var key: String
    package var permissions: [String]
    package var domains: [String]
    package var defaultDomain: String
    /// Requests in `window` seconds.
    package var limit: Int
    package var window: Int
    package var owner: String

    package init(
        name: String = "test",
        key: String = "test-key",
        permissions: [String] = ["read", "write"],
        domains: [String] = ["*"],
        defaultDomain: String = "professional",
        limit: Int = 100_000,
        window: Int = 60,
        owner: String? = nil
    ) {
        self.name = name
        self.key = key
        self.permissions = permissions
        self.domains = domains
        self.defaultDomain = defaultDomain
        self.limit = limit
        self.window = window
        self.owner = owner ?? name
    }

    /// The content of a keys file.
    static func yaml(_ keys: [TestKey]) -> String {
        "keys:\n"
            + keys.map { key in
                """
                  \(quoted(key.name)):
                    key: \(quoted(key.key))
                    permissions: [\(key.permissions.map(quoted).joined(separator: ", "))]
                    domains: [\(key.domains.map(quoted).joined(separator: ", "))]
                    default_domain: \(quoted(key.defaultDomain))
                    limit: \(key.limit)
                    window: \(key.window)
                    owner: \(quoted(key.owner))

                """
            }.joined()
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
