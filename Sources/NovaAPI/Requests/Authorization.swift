package import NovaContract

extension APIKey {
    /// Throws `PERMISSION_DENIED` where the key lacks the right.
    package func require(_ permission: Permission) throws(NovaError) {
        guard allows(permission) else {
            throw NovaError(.permissionDenied, "the key '\(name)' does not hold \(permission)")
        }
    }

    /// The domain a request is about: the one it names, or the key's default.
    ///
    /// - Throws: `VALIDATION_ERROR` for a name that is none, `PERMISSION_DENIED` for a domain the key does not list.
    package func domain(requested: String?) throws(NovaError) -> String {
        guard let requested else { return defaultDomain }
        if let fault = EntityID.fault(requested) {
            throw NovaError(.validationError, "domain: \(fault)", details: [.init("/domain", fault)])
        }
        guard mayTouch(domain: requested) else {
            throw NovaError(.permissionDenied, "the key '\(name)' may not touch the domain '\(requested)'")
        }
        return requested
    }
}
