import HummingbirdCore
package import NovaContract

/// A request that reached a route.
package struct Call: Sendable {
    package let facts: RequestFacts
    /// Path parameters by name, percent-decoded.
    package let parameters: [String: String]
    /// Nil on public routes only.
    package let key: APIKey?
    package var body: BodyReader

    package init(facts: RequestFacts, parameters: [String: String], key: APIKey?, body: BodyReader) {
        self.facts = facts
        self.parameters = parameters
        self.key = key
        self.body = body
    }

    /// The key of a request below `/api`, which does not get here without one.
    package func authenticatedKey() throws(NovaError) -> APIKey {
        guard let key else { throw NovaError(.authenticationError, "a valid API key is needed") }
        return key
    }

    /// A path parameter that names an entity.
    package func entity(_ name: String) throws(NovaError) -> String {
        let id = parameters[name] ?? ""
        if let fault = EntityID.fault(id, of: String(name.dropLast("_id".count))) {
            throw NovaError(.validationError, "\(name): \(fault)", details: [.init(JSONPointer("/\(name)"), fault)])
        }
        return id
    }
}
