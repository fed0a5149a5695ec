package import NovaContract

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
    /// What of `parameters` and `constraints` was not understood, and is passed over.
    package let warnings: [NovaError.Detail]
    /// Whether there were `parameters` at all, as older clients send them without steps.
    package let hasParameters: Bool

    static let members = ["flow_id", "domain", "parameters", "constraints"]
    static let parameters =
        FlowDefinition.members + [
            "objective", "pareto", "now", "durations", "time_limit", "target_gap", "threads", "seed", "iterations",
        ]
    /// The longest search one command may ask for, in seconds.
    package static let maximumTimeLimit: Double = 600
    package static let maximumThreads = 64
    package static let maximumIterations = 1_000_000_000_000

    /// Decodes and validates the body.
    ///
    /// `flow_id` may be left out of it; where it is there, it must be the path's.
    ///
    /// Of a client's request members that are not known are refused, but for those that were free for older clients: those of
    /// `constraints`, and of `parameters` without `steps`, which go to `warnings` unless they nearly are a known one.
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
        Self.checkMembers(members, &validator)
        if let named = validator.string(members["flow_id"], "/flow_id"), named != flowID {
            validator.fail("/flow_id", "must be \"\(flowID)\" as in the path, not \"\(named)\"")
        }
        let parameters = validator.object(members["parameters"], "/parameters").map(JSONValue.object)
        let constraints = validator.object(members["constraints"], "/constraints") ?? [:]
        self.flowID = flowID
        hasParameters = parameters != nil
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
        warnings = validator.warnings
        try validator.finish()
    }

    /// What is at the top though it belongs into `parameters` or `constraints` would not be done at all: it is refused with its place.
    private static func checkMembers(_ members: JSONObject, _ validator: inout Validator) {
        let constraints = (names: Constraints.members, place: "/constraints")
        let homes = [(names: Self.parameters, place: "/parameters"), constraints]
        let atTop = misplaced(members, at: .root, homes, &validator)
        validator.known(atTop, Self.members, at: .root)
        guard let parameters = members["parameters"]?.objectValue else { return }
        let inside = misplaced(parameters, at: "/parameters", [constraints], &validator)
        if parameters["steps"] ?? .null == .null {
            validator.understood(inside, Self.parameters, at: "/parameters")
        } else {
            validator.known(inside, Self.parameters, at: "/parameters")
        }
    }

    /// The members that are not known somewhere else; of a client's request those that are become faults.
    private static func misplaced(
        _ members: JSONObject,
        at pointer: JSONPointer,
        _ homes: [(names: [String], place: String)],
        _ validator: inout Validator
    ) -> JSONObject {
        guard validator.source == .request else { return members }
        var others = members
        for (names, place) in homes {
            for name in names where others[name] != nil {
                validator.fail(pointer.appending(name), "is not known here; did you mean \(place)/\(name)?")
                others.removeValue(forKey: name)
            }
        }
        return others
    }
}
