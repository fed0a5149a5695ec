import NovaContract

extension APIKey {
    /// Whether a socket that was opened with one may go on with the other.
    func hasSameRights(as other: APIKey) -> Bool {
        owner == other.owner && permissions == other.permissions && domains == other.domains
            && defaultDomain == other.defaultDomain
    }
}
