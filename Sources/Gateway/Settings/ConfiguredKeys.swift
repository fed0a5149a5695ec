package import NovaContract
import NovaService
import NovaStore

/// The API keys of a keys file: `keys`, and below it one map a key, named as the key is.
///
/// ```yaml
/// keys:
///   NAME:
///     key: SECRET             # or hash: SHA-256 of it, 64 hexadecimal digits
///     permissions: [read, write]
///     domains: ["*"]          # default: all
///     default_domain: default
///     limit: 100              # requests in any `window` seconds
///     window: 60
///     owner: NAME             # default: the key's name
///     expires: 2030-01-01T00:00:00Z
/// ```
package enum ConfiguredKeys {
    private static let fields: Set<String> = [
        "key", "hash", "permissions", "domains", "default_domain", "limit", "window", "owner", "expires",
    ]

    /// Reads the file.
    ///
    /// Blocks while it does: for start-up only.
    ///
    /// - Throws: `SettingsError`, which never shows a secret.
    package static func load(file: String, now: Int64 = Timestamp.milliseconds()) async throws -> [APIKey] {
        let settings = try await Settings.load(file: file, environment: [:])
        var entries: [String: [String: String]] = [:]
        for (path, value) in try settings.strings(under: "keys") {
            guard let dot = path.lastIndex(of: "."), dot != path.startIndex else {
                throw SettingsError(key: "keys.\(path)", source: file, problem: "must be a map of the key's fields")
            }
            let field = String(path[path.index(after: dot)...])
            guard fields.contains(field) else {
                let known = fields.sorted().joined(separator: ", ")
                throw SettingsError(key: "keys.\(path)", source: file, problem: "is no field of a key: \(known)")
            }
            entries[String(path[..<dot]), default: [:]][field] = value
        }
        return try entries.sorted { $0.key < $1.key }.map { name, values in
            try ConfiguredKey(name: name, values: values, file: file).key(now: now)
        }
    }
}

/// One entry of the file.
private struct ConfiguredKey {
    let name: String
    let values: [String: String]
    let file: String

    func key(now: Int64) throws -> APIKey {
        let domains = list("domains") ?? ["*"]
        return APIKey(
            id: name,
            hash: try hash(),
            name: name,
            owner: values["owner"] ?? name,
            permissions: try permissions(),
            domains: domains,
            defaultDomain: values["default_domain"] ?? domains.first { $0 != "*" } ?? "default",
            limit: try number("limit", default: 100, in: 1...1_000_000_000),
            window: try number("window", default: 60, in: 1...86_400),
            expiresAt: try expiry(),
            createdAt: now,
            isConfigured: true
        )
    }

    private func hash() throws -> String {
        switch (values["key"], values["hash"]) {
        case (let secret?, nil):
            guard (8...512).contains(secret.utf8.count) else { throw fault("key", "must have 8 to 512 bytes") }
            return APIKeySecret.hash(secret)
        case (nil, let hash?):
            let digits = hash.lowercased()
            guard digits.utf8.count == 64, digits.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
                throw fault("hash", "must be a SHA-256 in 64 hexadecimal digits")
            }
            return digits
        default:
            throw fault("key", "set key or hash, one of them")
        }
    }

    private func permissions() throws -> [Permission] {
        guard let names = list("permissions"), !names.isEmpty else {
            throw fault("permissions", "must list at least one, such as read or flows:write")
        }
        return try names.map { name in
            guard let permission = Permission(name) else {
                throw fault("permissions", "\"\(name)\" must be read, write, admin or AREA:read and so on")
            }
            return permission
        }
    }

    private func expiry() throws -> Int64? {
        guard let text = values["expires"] else { return nil }
        guard let date = Timestamp.date(text) else {
            throw fault("expires", "must be a time such as 2030-01-01T00:00:00Z")
        }
        return Timestamp.milliseconds(date)
    }

    private func number(_ field: String, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = values[field] else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw fault(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func list(_ field: String) -> [String]? {
        values[field].map { text in
            text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        }
    }

    private func fault(_ field: String, _ problem: String) -> SettingsError {
        SettingsError(key: "keys.\(name).\(field)", source: file, problem: problem)
    }
}
