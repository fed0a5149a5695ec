package import NovaContract

/// What an agent says of a task it holds: the bodies of `complete`, `fail`, `release` and `progress`.
///
/// The gateway puts `agent_id` of the path into the body.
package struct TaskReport: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case complete(result: JSONValue)
        case fail(error: JSONValue, retry: Bool)
        case release
        case progress(fraction: Double?, message: String)
    }

    /// Which of them the body is.
    package enum Form: Sendable { case complete, fail, release, progress }

    package let taskID: String
    package let agentID: String
    /// The fencing token of the lease.
    package let token: Int
    package let kind: Kind
    /// That the attempt used, where the agent counts them.
    package let tokens: Int?

    /// Bytes of a result or an error, as JSON.
    package static let maximumResultBytes = 262_144

    /// Beside those of the form.
    private static let members = ["agent_id", "token", "usage", "task_id", "domain"]

    private static func members(_ form: Form) -> [String] {
        switch form {
        case .complete: ["result"]
        case .fail: ["error", "retry"]
        case .release: []
        case .progress: ["fraction", "message"]
        }
    }

    package init(
        _ form: Form,
        taskID: String,
        body: JSONValue,
        source: Validator.Source = .record
    ) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members + Self.members(form), at: .root)
        if source == .request { validator.same(members["task_id"], "/task_id", asInPath: taskID) }
        let token = validator.required(members["token"], "/token") { $0.integer($1, $2, in: 1...Int.max) }
        let agent = validator.required(members["agent_id"], "/agent_id") { $0.id($1, $2, of: "agent") }
        let kind = Self.kind(form, members, &validator)
        let usage = validator.object(members["usage"], "/usage")
        if let usage { validator.understood(usage, ["tokens"], at: "/usage") }
        tokens = validator.integer(usage?["tokens"], "/usage/tokens", in: 0...1_000_000_000)
        try validator.finish()
        try Self.check(kind)
        self.taskID = taskID
        self.agentID = agent ?? ""
        self.token = token ?? 0
        self.kind = kind
    }

    /// Of an agent that Nova runs.
    package init(taskID: String, agentID: String, token: Int, kind: Kind, tokens: Int?) throws(NovaError) {
        try Self.check(kind)
        self.taskID = taskID
        self.agentID = agentID
        self.token = token
        self.kind = kind
        self.tokens = tokens
    }

    private static func kind(
        _ form: Form,
        _ members: JSONObject,
        _ validator: inout Validator
    ) -> Kind {
        switch form {
        case .complete:
            return .complete(result: members["result"] ?? .null)
        case .fail:
            let retry = validator.boolean(members["retry"], "/retry") ?? true
            return .fail(error: error(members["error"]), retry: retry)
        case .release:
            return .release
        case .progress:
            let fraction = validator.number(members["fraction"], "/fraction", in: 0...1)
            let message = validator.string(members["message"], "/message", length: 0...1_000) ?? ""
            return .progress(fraction: fraction, message: message)
        }
    }

    /// An error in whatever form agents tell it: always an object with `message`.
    package static func error(_ value: JSONValue?) -> JSONValue {
        switch value {
        case .object(let members):
            var members = members
            if members["message"]?.stringValue == nil { members["message"] = "the agent did not say why" }
            return .object(members)
        case .string(let text): return ["message": .string(text)]
        default: return ["message": "the agent did not say why"]
        }
    }

    private static func check(_ kind: Kind) throws(NovaError) {
        switch kind {
        case .complete(let result): try check("result", result)
        case .fail(let error, _): try check("error", error)
        case .release, .progress: return
        }
    }

    static func check(_ name: String, _ value: JSONValue) throws(NovaError) {
        let bytes = value.jsonBytes.count
        guard bytes > maximumResultBytes else { return }
        let fault = "must have at most \(maximumResultBytes) bytes as JSON, not \(bytes)"
        throw NovaError(
            .payloadTooLarge,
            "\(name) \(fault): keep it elsewhere and say where",
            details: [.init(JSONPointer("/\(name)"), fault)]
        )
    }
}
