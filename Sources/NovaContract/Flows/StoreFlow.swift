/// The body of PUT `/api/orchestration/flows/{flow_id}`: `steps` and `capacity`, at the top or inside `parameters`.
package struct StoreFlow: Sendable, Equatable {
    package let flowID: String
    package let definition: FlowDefinition
    /// Where the definition stood in the body, for the pointers of later checks.
    package let pointer: JSONPointer

    package init(flowID: String, body: JSONValue) throws(NovaError) {
        var validator = Validator()
        guard case .object(let members) = body else {
            throw NovaError(
                .validationError,
                "the body must be a JSON object, not \(body.kindName)",
                details: [.init(.root, "must be an object")]
            )
        }
        if let fault = EntityID.fault(flowID) { validator.fail("/flow_id", fault) }
        let isNested = members["steps"] == nil && members["parameters"] != nil
        pointer = isNested ? "/parameters" : .root
        let holder = isNested ? members["parameters"] : body
        _ = validator.required(holder?["steps"], pointer.appending("steps")) { $0.array($1, $2) }
        self.flowID = flowID
        definition = FlowDefinition(holder, at: pointer, &validator)
        try validator.finish()
    }
}
