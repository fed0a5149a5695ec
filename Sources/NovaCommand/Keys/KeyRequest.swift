import ArgumentParser
import NovaContract

/// What was asked of a new key, checked.
struct KeyRequest {
    let name: String
    let owner: String
    let permissions: [Permission]
    let domains: [String]
    let defaultDomain: String
    let limit: Int
    /// Seconds.
    let window: Int
    let expiresAt: Int64?
    let createdAt: Int64

    /// - Throws: `ValidationError` that names the option.
    init(
        name: String,
        owner: String?,
        permissions: String,
        domains: String,
        defaultDomain: String?,
        limit: Int,
        window: SpanArgument,
        expiresIn: SpanArgument?,
        now: Int64
    ) throws {
        self.name = try Self.identifier(name, "the name")
        self.owner = try Self.identifier(owner ?? name, "--owner")
        self.permissions = try Self.list(permissions, "--permissions").map { text in
            guard let permission = Permission(text) else {
                throw ValidationError("--permissions: \"\(text)\" must be read, write, admin, or AREA:read and so on")
            }
            return permission
        }
        self.domains = try Self.list(domains, "--domains").map { try Self.identifier($0, "--domains") }
        self.defaultDomain = try Self.identifier(
            defaultDomain ?? self.domains.first { $0 != "*" } ?? "default",
            "--default-domain"
        )
        guard self.domains.contains("*") || self.domains.contains(self.defaultDomain) else {
            throw ValidationError("--default-domain: \"\(self.defaultDomain)\" is not one of --domains")
        }
        guard (1...1_000_000_000).contains(limit) else {
            throw ValidationError("--limit must be a whole number from 1 to 1000000000, not \(limit)")
        }
        guard window.milliseconds % 1_000 == 0, (1...86_400).contains(window.milliseconds / 1_000) else {
            throw ValidationError("--window must be 1 s to 24 h in whole seconds")
        }
        self.limit = limit
        self.window = Int(window.milliseconds / 1_000)
        if let expiresIn, expiresIn.milliseconds == 0 { throw ValidationError("--expires-in must be longer than zero") }
        expiresAt = expiresIn.map { now + $0.milliseconds }
        createdAt = now
    }

    func key(id: String, hash: String) -> APIKey {
        APIKey(
            id: id,
            hash: hash,
            name: name,
            owner: owner,
            permissions: permissions,
            domains: domains,
            defaultDomain: defaultDomain,
            limit: limit,
            window: window,
            expiresAt: expiresAt,
            createdAt: createdAt
        )
    }

    private static func identifier(_ text: String, _ place: String) throws -> String {
        if let fault = EntityID.fault(text) { throw ValidationError("\(place) \(fault)") }
        return text
    }

    private static func list(_ text: String, _ place: String) throws -> [String] {
        let items = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        guard !items.isEmpty else { throw ValidationError("\(place) must name at least one") }
        return items
    }
}
