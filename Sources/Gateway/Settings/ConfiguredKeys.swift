import NovaContract
import NovaService
package import NovaStore

/// The API keys of a keys file: `keys`, and below it one map a key, named as the key is.
///
/// ```yaml
/// keys:
///   NAME:
///     key: SECRET             # or hash: SHA-256 of it, 64 hexadecimal digits
///     permissions: [read, write]
///     domains: ["*"]          # default: all
///     default_domain: default # one of domains; default: the first of them
///     limit: 100              # requests in any `window` seconds
///     window: 60
///     owner: NAME             # default: the key's name
///     expires: 2030-01-01T00:00:00Z
/// ```
package enum ConfiguredKeys {
    private static let fields = [
        "key", "hash", "permissions", "domains", "default_domain", "limit", "window", "owner", "expires",
    ]
    /// Faults that one message names; the rest is counted.
    private static let mostFaults = 50

    /// Reads the file.
    ///
    /// Blocks while it does: for start-up only.
    ///
    /// - Parameters:
    ///   - origin: names the file among those of other Novas on the same Redis, below the same prefix.
    ///   - now: milliseconds since 1970.
    /// - Throws: `SettingsError` with everything that is wrong, which never shows a secret.
    package static func load(
        file: String,
        origin: String = KeysFile.usualOrigin,
        now: Int64 = Timestamp.milliseconds()
    ) throws -> KeysFile {
        if let fault = EntityID.fault(origin) {
            throw SettingsError(key: "keys.origin", value: origin, source: "settings", problem: fault)
        }
        var faults = Faults()
        let keys = entries(of: try SettingsFile(path: file), &faults).map { name, values in
            ConfiguredKey(name: name, values: values, origin: origin).key(now: now, &faults)
        }
        checkSecrets(keys, &faults)
        if faults.isEmpty { return KeysFile(origin: origin, keys: keys.compactMap(\.self)) }
        throw SettingsError(source: file, problem: faults.text(most: mostFaults))
    }

    /// The fields of each entry, by its name, in the order of the names.
    private static func entries(
        of file: SettingsFile,
        _ faults: inout Faults
    ) -> [(name: String, values: [String: SettingsFile.Value])] {
        var entries: [String: [String: SettingsFile.Value]] = [:]
        for (path, value) in file.values.sorted(by: { $0.key < $1.key }) {
            guard path != "keys" else {
                if value != .scalar("") { faults.add("keys", "must be a map of keys by their names") }
                continue
            }
            guard path.hasPrefix("keys.") else {
                faults.add(path, "is not known: a keys file has only keys, a map of keys by their names")
                continue
            }
            let inner = path.dropFirst("keys.".count)
            guard let dot = inner.lastIndex(of: "."), dot != inner.startIndex else {
                faults.add(path, "must be a map of the key's fields: \(fields.joined(separator: ", "))")
                continue
            }
            let field = String(inner[inner.index(after: dot)...])
            guard fields.contains(field) else {
                let meant = DidYouMean.suggestion(for: field, among: fields).map { "did you mean \($0)?" }
                faults.add(path, "is not known; " + (meant ?? "known are \(fields.joined(separator: ", "))"))
                continue
            }
            entries[String(inner[..<dot]), default: [:]][field] = value
        }
        return entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Two entries with one secret would be one key.
    private static func checkSecrets(_ keys: [APIKey?], _ faults: inout Faults) {
        var names: [String: String] = [:]
        for key in keys.compactMap(\.self) {
            if let other = names[key.hash] {
                faults.add("keys.\(key.name)", "has the secret of keys.\(other): each key needs one of its own")
            } else {
                names[key.hash] = key.name
            }
        }
    }
}

/// Everything that is wrong with a file.
private struct Faults {
    private var lines: [String] = []

    var isEmpty: Bool { lines.isEmpty }

    mutating func add(_ place: String, _ problem: String) { lines.append("\(place): \(problem)") }

    func text(most: Int) -> String {
        if lines.count == 1 { return lines[0] }
        let more = lines.count > most ? ["and \(lines.count - most) more"] : []
        return "\(lines.count) faults:\n  " + (lines.prefix(most) + more).joined(separator: "\n  ")
    }
}

/// One entry of the file.
private struct ConfiguredKey {
    let name: String
    let values: [String: SettingsFile.Value]
    let origin: String

    /// Nil where something is wrong with it.
    func key(now: Int64, _ faults: inout Faults) -> APIKey? {
        if let fault = EntityID.fault(name) { faults.add("keys.\(name)", "its name \(fault)") }
        let hash = hash(&faults)
        let permissions = permissions(&faults)
        let domains = list("domains", &faults) ?? ["*"]
        let defaultDomain = defaultDomain(of: domains, &faults)
        let limit = number("limit", default: 100, in: 1...1_000_000_000, &faults)
        let window = number("window", default: 60, in: 1...86_400, &faults)
        let owner = id("owner", &faults) ?? name
        let expiry = expiry(&faults)
        guard let hash, let defaultDomain, let limit, let window else { return nil }
        return APIKey(
            id: origin == KeysFile.usualOrigin ? name : "\(origin)/\(name)",
            hash: hash,
            name: name,
            owner: owner,
            permissions: permissions,
            domains: domains,
            defaultDomain: defaultDomain,
            limit: limit,
            window: window,
            expiresAt: expiry,
            createdAt: now,
            isConfigured: true,
            origin: origin
        )
    }

    // MARK: - Fields

    private func hash(_ faults: inout Faults) -> String? {
        switch (text("key", &faults), text("hash", &faults)) {
        case (let secret?, nil):
            guard (8...512).contains(secret.utf8.count) else {
                fail("key", "must have 8 to 512 bytes", &faults)
                return nil
            }
            return APIKeySecret.hash(secret)
        case (nil, let hash?):
            let digits = hash.lowercased()
            guard digits.utf8.count == 64, digits.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
                fail("hash", "must be a SHA-256 in 64 hexadecimal digits", &faults)
                return nil
            }
            return digits
        case (nil, nil) where values["key"] == nil && values["hash"] == nil, (.some, .some):
            fail("key", "set key or hash, one of them", &faults)
            return nil
        case (nil, nil):
            // An empty one, or one of the wrong type, which was told.
            if values.allSatisfy({ !["key", "hash"].contains($0.key) || $0.value == .scalar("") }) {
                fail("key", "must not be empty: set key or hash, one of them", &faults)
            }
            return nil
        }
    }

    private func permissions(_ faults: inout Faults) -> [Permission] {
        guard let names = list("permissions", &faults) else {
            if values["permissions"] == nil {
                fail("permissions", "must list at least one, such as read or flows:write", &faults)
            }
            return []
        }
        return names.compactMap { name in
            let permission = Permission(name)
            if permission == nil {
                let words = Permission.Level.allCases.map(\.rawValue)
                let meant = DidYouMean.suggestion(for: name, among: words).map { "; did you mean \($0)?" }
                let rule = "\"\(Self.shown(name))\" must be read, write, admin or AREA:read and so on"
                fail("permissions", rule + (meant ?? ""), &faults)
            }
            return permission
        }
    }

    private func defaultDomain(of domains: [String], _ faults: inout Faults) -> String? {
        for domain in domains where domain != "*" {
            if let fault = EntityID.fault(domain) { fail("domains", "\"\(Self.shown(domain))\" \(fault)", &faults) }
        }
        let named = id("default_domain", &faults)
        if named == nil, values["default_domain"] ?? .scalar("") != .scalar("") { return nil }
        let domain = named ?? domains.first { $0 != "*" } ?? "default"
        // That it is empty was told.
        guard !domains.isEmpty else { return nil }
        guard domains.contains("*") || domains.contains(domain) else {
            let listed = domains.map { Self.shown($0) }.joined(separator: ", ")
            fail("default_domain", "\"\(domain)\" must be one of the key's domains: \(listed)", &faults)
            return nil
        }
        return domain
    }

    private func expiry(_ faults: inout Faults) -> Int64? {
        guard let text = text("expires", &faults) else { return nil }
        guard let date = Timestamp.date(text) else {
            fail("expires", "must be a time such as 2030-01-01T00:00:00Z", &faults)
            return nil
        }
        return Timestamp.milliseconds(date)
    }

    private func number(
        _ field: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ faults: inout Faults
    ) -> Int? {
        let rule = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(field, &faults, rule) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            fail(field, rule, &faults)
            return nil
        }
        return number
    }

    private func id(_ field: String, _ faults: inout Faults) -> String? {
        guard let text = text(field, &faults) else { return nil }
        guard let fault = EntityID.fault(text) else { return text }
        fail(field, fault, &faults)
        return nil
    }

    // MARK: - Values as they stand in the file

    /// Nil where it is not set, or set to nothing, or a list, which is a fault.
    private func text(_ field: String, _ faults: inout Faults, _ rule: String = "must be one text") -> String? {
        switch values[field] {
        case nil, .scalar("")?: return nil
        case .scalar(let text)?: return text
        case .list?:
            fail(field, "\(rule), not a list", &faults)
            return nil
        }
    }

    /// A list, or one text split at its commas; nil where it is not set.
    ///
    /// An empty one is a fault: it would grant nothing, or be taken for all.
    private func list(_ field: String, _ faults: inout Faults) -> [String]? {
        let items: [String]
        switch values[field] {
        case nil: return nil
        case .list(let list)?: items = list
        case .scalar(let text)?:
            items =
                text.isEmpty
                ? []
                : text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { !$0.isWhitespace } }
        }
        if items.isEmpty { fail(field, "must list at least one; leave it out for the default", &faults) }
        if items.contains(where: \.isEmpty) { fail(field, "must not list an empty one", &faults) }
        return items
    }

    private func fail(_ field: String, _ problem: String, _ faults: inout Faults) {
        faults.add("keys.\(name).\(field)", problem)
    }

    /// What is shown of a text that is wrong.
    private static func shown(_ text: String) -> String { String(text.prefix(100)) }
}
