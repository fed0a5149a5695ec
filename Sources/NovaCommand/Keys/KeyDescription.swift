import NovaContract
import NovaStore

/// A key as a person, or a script, sees it; its hash is left out.
struct KeyDescription {
    let key: APIKey
    /// Milliseconds since 1970.
    var now = Timestamp.milliseconds()

    var status: String { key.isExpired(at: now) ? "expired" : "active" }
    var permissions: String { key.permissions.map(\.description).joined(separator: ",") }
    var domains: String { key.domains.joined(separator: ",") }
    var limit: String { "\(key.limit) in \(SpanText.of(Double(key.window)))" }

    /// Where it comes from.
    var origin: String {
        guard key.isConfigured else { return "nova keys" }
        let origin = key.origin ?? KeysFile.usualOrigin
        return origin == KeysFile.usualOrigin ? "keys file" : "keys file \(origin)"
    }

    var expiry: String {
        guard let expiresAt = key.expiresAt else { return "never" }
        let time = Timestamp.string(milliseconds: expiresAt)
        return key.isExpired(at: now) ? "expired" : time
    }

    var json: JSONValue {
        [
            "id": .string(key.id), "name": .string(key.name), "owner": .string(key.owner),
            "permissions": JSONValue(key.permissions.map(\.description)), "domains": JSONValue(key.domains),
            "default_domain": .string(key.defaultDomain), "limit": JSONValue(key.limit),
            "window": JSONValue(key.window), "status": .string(status), "configured": .bool(key.isConfigured),
            "origin": key.isConfigured ? .string(key.origin ?? KeysFile.usualOrigin) : .null,
            "created_at": .string(Timestamp.string(milliseconds: key.createdAt)),
            "expires_at": key.expiresAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
        ]
    }

    /// The answer that shows a new secret, the only time it is seen.
    func print(secret: String, headline: String, asJSON: Bool) {
        let console = Console.current
        if asJSON {
            var members = json.objectValue ?? [:]
            members["secret"] = .string(secret)
            return console.line(.object(members))
        }
        console.line(headline)
        console.line("The secret is shown this once and kept nowhere:\n")
        console.line("  \(secret)\n")
        for (name, value) in lines { console.line(TextLayout.left(name, 13) + TextLayout.printable(value)) }
    }

    /// Whether the secret was written whole; where not, the key is revoked: nobody knows its secret.
    ///
    /// - Parameter consequence: what else is so now, for the person.
    /// - Throws: `CommandFailure` where it was not.
    func checkSecretIsShown(_ redis: RedisOptions, consequence: String = "") async throws {
        guard let fault = Console.current.outputFault else { return }
        let lost = "the secret could not be written (\(fault.reason))"
        do {
            _ = try await redis.withStore { try await $0.apiKeys.revoke(id: key.id) }
        } catch {
            throw CommandFailure(
                .failed,
                "\(lost), and the key could not be revoked (\(error)): do it with `nova keys revoke \(key.id)`"
            )
        }
        throw CommandFailure(.failed, "\(lost): the key \(key.id) was revoked again\(consequence)")
    }

    private var lines: [(String, String)] {
        [
            ("id", key.id), ("name", key.name), ("owner", key.owner), ("permissions", permissions),
            ("domains", "\(domains) (default \(key.defaultDomain))"),
            ("limit", "\(key.limit) requests in any \(SpanText.of(Double(key.window)))"), ("expires", expiry),
        ]
    }
}
