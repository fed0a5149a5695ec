package import NovaContract

extension APIKey {
    /// The same key, ended by hand at `milliseconds`.
    package func expiring(at milliseconds: Int64) -> APIKey {
        var key = self
        key.expiresAt = milliseconds
        key.isEndedByHand = true
        return key
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
