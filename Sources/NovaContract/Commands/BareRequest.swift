/// The body of a command that says all in its path and query: nothing, or the domain.
package enum BareRequest {
    package static let members = ["domain"]

    /// - Throws: `VALIDATION_ERROR` where a client's body says anything else, which nobody would look at.
    package static func check(_ body: JSONValue, knowing names: [String] = members) throws(NovaError) {
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator(.request)
        validator.known(members, names, at: .root)
        try validator.finish()
    }
}
