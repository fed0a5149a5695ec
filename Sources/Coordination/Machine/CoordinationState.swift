package import NovaContract

/// How agents work together.
package enum Strategy: String, Sendable, CaseIterable {
    case parallel, sequential, pipeline, auction, consensus, debate, hierarchical
}

/// Everything of a coordination: whoever has it can go on from there.
package struct CoordinationState: Sendable, Equatable {
    /// Of the kept form; another one is not read.
    package static let format = 1

    package let id: String
    package let strategy: Strategy
    /// Why this strategy.
    package let why: String
    package let task: JSONValue
    package let participants: [Participant]
    package let limits: CoordinationLimits
    /// Milliseconds since 1970.
    package let startedAt: Int64
    /// In the order they were asked for.
    package var parts: [Part] = []
    /// Milliseconds since 1970 at which bids are closed.
    package var closesAt: Int64?
    package var messages = 0
    /// As JSON, of what all parts are given.
    package var bytes = 0
    package var verdict: Verdict?

    package enum Verdict: Sendable, Equatable {
        /// `confidence` is 0 to 1, `basis` says what it is from.
        case finished(result: JSONValue, confidence: Double, basis: String)
        case failed(String)
    }

    package init(_ request: CoordinationRequest, _ choice: StrategyChoice, now: Int64) {
        id = request.id
        strategy = choice.strategy
        why = choice.why
        task = request.task
        participants = request.participants
        limits = request.limits
        startedAt = now
    }

    // MARK: - What strategies ask

    package func participant(_ id: String) -> Participant? { participants.first { $0.id == id } }
    package func parts(_ role: Part.Role, round: Int? = nil) -> [Part] {
        parts.filter { $0.role == role && (round == nil || $0.round == round) }
    }
    package var open: [Part] { parts.filter { !$0.hasEnded } }
    package var tokens: Int { parts.reduce(0) { $0.addingClamped($1.tokens) } }
}

// MARK: - As it is kept

extension CoordinationState {
    package var json: JSONValue {
        [
            "format": JSONValue(Self.format), "id": .string(id), "strategy": .string(strategy.rawValue),
            "why": .string(why), "task": task, "participants": .array(participants.map(\.json)),
            "limits": limits.json, "started_at": JSONValue(startedAt), "parts": .array(parts.map(\.json)),
            "closes_at": closesAt.map { JSONValue($0) } ?? .null, "messages": JSONValue(messages),
            "bytes": JSONValue(bytes), "verdict": verdict?.json ?? .null,
        ]
    }

    package init(json: JSONValue) throws(StateFault) {
        guard json["format"]?.intValue == Self.format else { throw StateFault(description: "another format") }
        guard let strategy = Strategy(rawValue: try json.text("strategy")) else {
            throw StateFault(description: "unknown strategy")
        }
        id = try json.text("id")
        self.strategy = strategy
        why = try json.text("why")
        task = json["task"] ?? [:]
        var participants: [Participant] = []
        for element in json["participants"]?.arrayValue ?? [] { participants.append(try Participant(json: element)) }
        guard !participants.isEmpty else { throw StateFault(description: "nobody takes part") }
        self.participants = participants
        do {
            limits = try CoordinationLimits(json["limits"] ?? [:])
        } catch {
            throw StateFault(description: "limits: \(error)")
        }
        startedAt = Int64(try json.whole("started_at"))
        for element in json["parts"]?.arrayValue ?? [] { parts.append(try Part(json: element)) }
        closesAt = json["closes_at"]?.intValue.map(Int64.init)
        messages = try json.whole("messages")
        bytes = json["bytes"]?.intValue ?? 0
        verdict = json["verdict"].flatMap(Verdict.init(json:))
    }
}

extension CoordinationState.Verdict {
    fileprivate var json: JSONValue {
        switch self {
        case .finished(let result, let confidence, let basis):
            ["result": result, "confidence": JSONValue(confidence), "basis": .string(basis)]
        case .failed(let reason): ["failed": .string(reason)]
        }
    }

    fileprivate init?(json: JSONValue) {
        if let reason = json["failed"]?.stringValue {
            self = .failed(reason)
        } else if let confidence = json["confidence"]?.doubleValue, let basis = json["basis"]?.stringValue {
            self = .finished(result: json["result"] ?? .null, confidence: confidence, basis: basis)
        } else {
            return nil
        }
    }
}
