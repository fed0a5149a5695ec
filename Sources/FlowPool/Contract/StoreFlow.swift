package import NovaContract

/// The body of PUT `/api/orchestration/flows/{flow_id}`: `steps` and `capacity`, at the top or inside `parameters`.
package struct StoreFlow: Sendable, Equatable {
    package let flowID: String
    package let definition: FlowDefinition
    /// Where the definition stood in the body, for the pointers of later checks.
    package let pointer: JSONPointer

    /// Members of the body besides; the last two are what GET tells, so that it can be changed and sent back.
    static let members = ["flow_id", "domain", "parameters", "version", "updated_at"] + FlowDefinition.members

    package init(flowID: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else {
            throw NovaError(
                .validationError,
                "the body must be a JSON object, not \(body.kindName)",
                details: [.init(.root, "must be an object")]
            )
        }
        if let fault = EntityID.fault(flowID, of: "flow") { validator.fail("/flow_id", fault) }
        validator.known(members, Self.members, at: .root)
        if let named = validator.string(members["flow_id"], "/flow_id"), named != flowID {
            validator.fail("/flow_id", "must be \"\(flowID)\" as in the path, not \"\(named)\"")
        }
        let isNested = members["steps"] == nil && members["parameters"] != nil
        pointer = isNested ? "/parameters" : .root
        let holder = isNested ? members["parameters"] : body
        if isNested, let parameters = holder?.objectValue {
            validator.known(parameters, FlowDefinition.members, at: pointer)
        } else if validator.source == .request, members["steps"] != nil, members["parameters"] ?? .null != .null {
            validator.fail("/parameters", "must not stand beside steps: a flow is said at the top or inside parameters")
        }
        _ = validator.required(holder?["steps"], pointer.appending("steps")) { $0.array($1, $2) }
        self.flowID = flowID
        definition = FlowDefinition(holder, at: pointer, &validator)
        try validator.finish()
    }
}
