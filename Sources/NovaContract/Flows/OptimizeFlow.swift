/// The body of POST `/api/orchestration/flows/{flow_id}/optimize`.
package struct OptimizeFlow: Sendable, Equatable {
    /// How long the steps are taken to be.
    package enum Durations: String, Sendable, CaseIterable {
        /// As the flow says.
        case declared
        /// As half of the runs that were observed.
        case median
        /// As nine of ten of the runs that were observed.
        case p90
    }

    package let flowID: String
    /// What the request says of the flow.
    ///
    /// Steps or capacities that it leaves out are taken from the stored flow.
    package let definition: FlowDefinition
    /// Whether `parameters.steps` was given at all.
    package let hasSteps: Bool
    package let objective: Objective
    /// Whether the non-dominated schedules of time against cost are wanted as well.
    package let wantsPareto: Bool
    /// Seconds from the flow's start before which nothing starts that has not started; nil: the request does not say.
    package let now: Double?
    package let durations: Durations
    /// Seconds the search may take.
    package let timeLimit: Double?
    /// Gap, 0…1, at which the search may end.
    package let targetGap: Double?
    /// Threads the search may use.
    package let threads: Int?
    /// Seed of the search; the same seed and flow give the same schedule where the search ends by itself or by `iterations`, on
    /// one thread.
    package let seed: UInt64?
    /// Schedules the search may make.
    package let iterations: Int?
    package let constraints: Constraints

    /// The longest search one command may ask for, in seconds.
    package static let maximumTimeLimit: Double = 600
    package static let maximumThreads = 64
    package static let maximumIterations = 1_000_000_000_000

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
        let constraints = validator.object(members["constraints"], "/constraints") ?? [:]
        self.flowID = flowID
        definition = FlowDefinition(parameters, at: "/parameters", &validator)
        hasSteps = parameters?["steps"]?.arrayValue != nil
        objective = Objective(parameters?["objective"], at: "/parameters/objective", &validator) ?? .makespan
        wantsPareto = validator.boolean(parameters?["pareto"], "/parameters/pareto") ?? false
        now = validator.number(parameters?["now"], "/parameters/now", in: FlowDefinition.times)
        durations =
            validator.choice(parameters?["durations"], "/parameters/durations", Durations.self) ?? .declared
        timeLimit = validator.number(
            parameters?["time_limit"],
            "/parameters/time_limit",
            in: 0...Self.maximumTimeLimit
        )
        targetGap = validator.number(parameters?["target_gap"], "/parameters/target_gap", in: 0...1)
        threads = validator.integer(parameters?["threads"], "/parameters/threads", in: 1...Self.maximumThreads)
        seed = validator.integer(parameters?["seed"], "/parameters/seed", in: 0...Int.max).map(UInt64.init)
        iterations = validator.integer(
            parameters?["iterations"],
            "/parameters/iterations",
            in: 1...Self.maximumIterations
        )
        self.constraints = Constraints(constraints, at: "/constraints", &validator)
        try validator.finish()
    }
}
