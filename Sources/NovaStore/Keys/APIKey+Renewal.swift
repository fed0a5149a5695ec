package import NovaContract

extension APIKey {
    /// The same key, ending at `milliseconds`.
    package func expiring(at milliseconds: Int64) -> APIKey {
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
            expiresAt: milliseconds,
            createdAt: createdAt,
            isConfigured: isConfigured
        )
    }

    /// A new key with the rights of this one.
    func renewed(id: String, hash: String, at milliseconds: Int64) -> APIKey {
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
            createdAt: milliseconds
        )
    }
}
