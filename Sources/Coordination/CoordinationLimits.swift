package import NovaContract

/// What bounds a coordination: `constraints` of the request.
package struct CoordinationLimits: Sendable, Equatable {
    /// Of a debate, and of anything that goes in rounds.
    package var rounds = 3
    /// All parts together, repetitions included.
    package var parts = 100
    package var messages = 500
    /// Of the models, all parts together; nil: those of the agents.
    package var tokens: Int?
    /// Seconds that one part may take, its wait for an agent included.
    package var partSeconds = 300.0
    /// Seconds that bidders have.
    package var bidSeconds = 30.0
    /// Seconds of all; nil: as long as the job may take.
    package var seconds: Double?
    /// Share of the participants that must answer.
    package var quorum = 0.5
    /// Times that a part that failed is given to another.
    package var repetitions = 2
    /// Who decides a debate; need not be among the participants.
    package var judge: String?
    /// Who splits and merges in a hierarchy; need not be among the participants.
    package var lead: String?

    package static let members = [
        "rounds", "parts", "messages", "tokens", "part_seconds", "bid_seconds", "seconds", "quorum", "repetitions",
        "judge", "lead",
    ]

    package init() {}

    /// - Throws: `VALIDATION_ERROR` by JSON Pointer below `/constraints`.
    package init(_ constraints: JSONValue) throws(NovaError) {
        var validator = Validator()
        self.init(constraints, &validator)
        try validator.finish()
    }

    package init(_ constraints: JSONValue, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { JSONPointer("/constraints").appending(name) }
        // Free for older clients: what is not known is told of.
        validator.understood(constraints.objectValue ?? [:], Self.members, at: "/constraints")
        rounds = validator.integer(constraints["rounds"], place("rounds"), in: 1...20) ?? rounds
        parts = validator.integer(constraints["parts"], place("parts"), in: 1...1_000) ?? parts
        messages = validator.integer(constraints["messages"], place("messages"), in: 1...10_000) ?? messages
        tokens = validator.integer(constraints["tokens"], place("tokens"), in: 1...1_000_000_000)
        partSeconds =
            validator.number(constraints["part_seconds"], place("part_seconds"), in: 1...86_400) ?? partSeconds
        bidSeconds = validator.number(constraints["bid_seconds"], place("bid_seconds"), in: 0.1...86_400) ?? bidSeconds
        seconds = validator.number(constraints["seconds"], place("seconds"), in: 1...86_400)
        quorum = validator.number(constraints["quorum"], place("quorum"), in: 0...1) ?? quorum
        repetitions = validator.integer(constraints["repetitions"], place("repetitions"), in: 0...10) ?? repetitions
        judge = validator.id(constraints["judge"], place("judge"), of: "agent")
        lead = validator.id(constraints["lead"], place("lead"), of: "agent")
    }

    package var json: JSONValue {
        [
            "rounds": JSONValue(rounds), "parts": JSONValue(parts), "messages": JSONValue(messages),
            "tokens": tokens.map { JSONValue($0) } ?? .null, "part_seconds": JSONValue(partSeconds),
            "bid_seconds": JSONValue(bidSeconds), "seconds": seconds.map { JSONValue($0) } ?? .null,
            "quorum": JSONValue(quorum), "repetitions": JSONValue(repetitions), "judge": JSONValue(judge),
            "lead": JSONValue(lead),
        ]
    }
}
