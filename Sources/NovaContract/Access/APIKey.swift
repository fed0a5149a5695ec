/// What is known of an API key.
///
/// The key itself is never stored, only its SHA-256.
package struct APIKey: Sendable, Equatable {
    /// Public name of the key in logs, lists and revocations.
    package let id: String
    /// SHA-256 of the key, 64 hexadecimal digits.
    package let hash: String
    package let name: String
    /// Whose jobs and events the key sees.
    ///
    /// Rotated keys keep it.
    package let owner: String
    package let permissions: [Permission]
    /// The domains it may touch; `*` for all.
    package let domains: [String]
    package let defaultDomain: String
    /// Requests in `window` seconds.
    package let limit: Int
    package let window: Int
    /// Milliseconds since 1970; nil: never.
    package var expiresAt: Int64?
    package var createdAt: Int64
    /// Whether it came from a keys file, which rules it from then on.
    package let isConfigured: Bool
    /// Which keys file it came from; nil: none, or the record was written by an older version.
    package var origin: String?
    /// Whether `nova keys` ended it, or is to end it: no file takes that back.
    package var isEndedByHand: Bool

    package init(
        id: String,
        hash: String,
        name: String,
        owner: String,
        permissions: [Permission],
        domains: [String],
        defaultDomain: String,
        limit: Int,
        window: Int,
        expiresAt: Int64? = nil,
        createdAt: Int64,
        isConfigured: Bool = false,
        origin: String? = nil,
        isEndedByHand: Bool = false
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.owner = owner
        self.permissions = permissions
        self.domains = domains
        self.defaultDomain = defaultDomain
        self.limit = limit
        self.window = window
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.isConfigured = isConfigured
        self.origin = origin
        self.isEndedByHand = isEndedByHand
    }

    package func allows(_ needed: Permission) -> Bool { permissions.contains { $0.grants(needed) } }

    package func mayTouch(domain: String) -> Bool { domains.contains("*") || domains.contains(domain) }

    package func isExpired(at milliseconds: Int64) -> Bool { expiresAt.map { milliseconds >= $0 } ?? false }
}

// MARK: - JSON

extension APIKey {
    package var json: JSONValue {
        [
            "id": .string(id), "hash": .string(hash), "name": .string(name), "owner": .string(owner),
            "permissions": JSONValue(permissions.map(\.description)),
            "domains": JSONValue(domains), "default_domain": .string(defaultDomain),
            "limit": JSONValue(limit), "window": JSONValue(window),
            "expires_at": expiresAt.map { JSONValue($0) } ?? .null,
            "created_at": JSONValue(createdAt), "configured": .bool(isConfigured),
            "origin": origin.map { .string($0) } ?? .null, "ended_by_hand": .bool(isEndedByHand),
        ]
    }

    /// Nil where a member is missing or wrong: such a key opens nothing.
    package init?(json: JSONValue) {
        guard let id = json["id"]?.stringValue, let hash = json["hash"]?.stringValue,
            let name = json["name"]?.stringValue, let owner = json["owner"]?.stringValue,
            let permissions = json["permissions"]?.arrayValue, let domains = json["domains"]?.arrayValue,
            let defaultDomain = json["default_domain"]?.stringValue,
            let limit = json["limit"]?.intValue, let window = json["window"]?.intValue,
            let createdAt = json["created_at"]?.intValue
        else { return nil }
        self.init(
            id: id,
            hash: hash,
            name: name,
            owner: owner,
            permissions: permissions.compactMap { $0.stringValue.flatMap(Permission.init) },
            domains: domains.compactMap(\.stringValue),
            defaultDomain: defaultDomain,
            limit: limit,
            window: window,
            expiresAt: json["expires_at"]?.intValue.map(Int64.init),
            createdAt: Int64(createdAt),
            isConfigured: json["configured"]?.boolValue ?? false,
            origin: json["origin"]?.stringValue,
            isEndedByHand: json["ended_by_hand"]?.boolValue ?? false
        )
    }
}
