/// The body of POST `/api/orchestration/flows/{flow_id}/optimize`.
package struct OptimizeFlow: Sendable, Equatable {
    package let flowID: String
    /// What the request says of the flow.
    ///
    /// Steps or capacities that it leaves out are taken from the stored flow.
    package let definition: FlowDefinition
    /// Whether `parameters.steps` was given at all.
    package let hasSteps: Bool
    /// Seconds the search may take.
    package let timeLimit: Double?
    /// Seed of the search; the same seed and flow give the same schedule where the search ends by itself.
    package let seed: UInt64?
    /// Seconds from the flow's start within which it must have finished: `constraints.deadline`.
    package let deadline: Double?

    /// The longest search one command may ask for, in seconds.
    package static let maximumTimeLimit: Double = 600

    /// Decodes and validates the body.
    ///
    /// `flow_id` may be left out of it; where it is there, it must be the path's.
    ///
    /// Unknown members of `parameters` and `constraints` are accepted, as older clients send them.
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
        if let named = validator.string(members["flow_id"], "/flow_id"), named != flowID {
            validator.fail("/flow_id", "must be \"\(flowID)\" as in the path, not \"\(named)\"")
        }
        let parameters = validator.object(members["parameters"], "/parameters").map(JSONValue.object)
        let constraints = validator.object(members["constraints"], "/constraints")
        self.flowID = flowID
        definition = FlowDefinition(parameters, at: "/parameters", &validator)
        hasSteps = parameters?["steps"]?.arrayValue != nil
        timeLimit = validator.number(
            parameters?["time_limit"],
            "/parameters/time_limit",
            in: 0...Self.maximumTimeLimit
        )
        seed = validator.integer(parameters?["seed"], "/parameters/seed", in: 0...Int.max).map(UInt64.init)
        deadline = validator.number(constraints?["deadline"], "/constraints/deadline", in: 0...1e12)
        try validator.finish()
    }
}
