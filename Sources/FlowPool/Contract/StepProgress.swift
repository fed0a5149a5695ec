import NovaContract

extension FlowDefinition.Step {
    /// What has become of a step that has begun.
    package struct Progress: Sendable, Equatable {
        static let members = ["started", "finished", "option"]

        /// Seconds from the flow's start.
        package let started: Double
        /// Nil: it is still running.
        package let finished: Double?
        /// Name of the option it runs with; nil: the step has only one.
        package let option: String?

        package init(started: Double, finished: Double? = nil, option: String? = nil) {
            self.started = started
            self.finished = finished
            self.option = option
        }
    }
}

// MARK: - JSON

extension FlowDefinition.Step.Progress {
    /// - Parameter options: of the step; nil where they are at fault, then the option is not checked.
    init?(
        _ members: JSONObject,
        of options: [FlowDefinition.Step.Option]?,
        at pointer: JSONPointer,
        _ validator: inout Validator
    ) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        validator.known(members, Self.members, at: pointer)
        let started = validator.required(members["started"], place("started")) {
            $0.number($1, $2, in: FlowDefinition.times)
        }
        let finished = validator.number(members["finished"], place("finished"), in: FlowDefinition.times)
        if let started, let finished, finished < started - FlowDefinition.timeRounding {
            let (first, given) = (JSONValue(started).jsonString, JSONValue(finished).jsonString)
            validator.fail(place("finished"), "must not be before started, which is \(first), not \(given)")
        }
        let option = validator.optionName(members["option"], place("option"))
        if let options, option != nil || (members["option"] ?? .null) == .null,
            let fault = Self.fault(of: option, options.map(\.name))
        {
            validator.fail(place("option"), fault)
        }
        guard let started else { return nil }
        self.init(started: started, finished: finished, option: option)
    }

    private static func fault(of option: String?, _ names: [String]) -> String? {
        let listed = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        guard let option else {
            return names.count > 1 ? "is required, as the step has more than one option: \(listed)" : nil
        }
        return names.contains(option) ? nil : "must be one of the step's options, \(listed), not \"\(option)\""
    }

    var json: JSONValue {
        var members: JSONObject = ["started": JSONValue(started)]
        if let finished { members["finished"] = JSONValue(finished) }
        if let option { members["option"] = .string(option) }
        return .object(members)
    }
}
