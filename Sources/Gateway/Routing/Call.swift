import HummingbirdCore
import NovaContract

/// A request that reached a route.
package struct Call: Sendable {
    let facts: RequestFacts
    /// Path parameters by name, percent-decoded.
    let parameters: [String: String]
    /// Nil on public routes only.
    let key: APIKey?
    var body: BodyReader

    /// The key of a request below `/api`, which does not get here without one.
    func authenticatedKey() throws(NovaError) -> APIKey {
        guard let key else { throw NovaError(.authenticationError, "a valid API key is needed") }
        return key
    }

    /// A path parameter that names an entity.
    func entity(_ name: String) throws(NovaError) -> String {
        let id = parameters[name] ?? ""
        if let fault = EntityID.fault(id, of: String(name.dropLast("_id".count))) {
            throw NovaError(.validationError, "\(name): \(fault)", details: [.init(JSONPointer("/\(name)"), fault)])
        }
        return id
    }
}
