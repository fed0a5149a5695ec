import NovaContract

/// What strategies share.
extension CoordinationState {
    /// A part to be asked for.
    struct Draft {
        let agentID: String
        let role: Part.Role
        var round = 1
        let instruction: String
        var input: JSONObject = [:]
        var schema: JSONValue?
    }

    /// Parts numbered on from those there are; each is given the task.
    func asked(_ drafts: [Draft]) -> Want {
        .ask(
            drafts.enumerated().map { index, draft in
                Part(
                    id: "\(parts.count + index + 1)-\(draft.role.rawValue)",
                    agentID: draft.agentID,
                    role: draft.role,
                    round: draft.round,
                    instruction: draft.instruction,
                    input: .object(draft.input.merging(["task": task]) { own, _ in own }),
                    schema: draft.schema,
                    seconds: draft.role == .bidder ? limits.bidSeconds : limits.partSeconds
                )
            }
        )
    }

    /// The best record first: expected success, then cost, then the order of the request.
    var ranked: [Participant] {
        participants.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if a.record.expectedSuccess != b.record.expectedSuccess {
                return a.record.expectedSuccess > b.record.expectedSuccess
            }
            return a.cost != b.cost ? a.cost < b.cost : left.offset < right.offset
        }.map(\.element)
    }

    /// Who may do what these have failed at; nil where nobody is left, or it was tried as often as allowed.
    func standIn(after tried: [Part]) -> Participant? {
        guard tried.count <= limits.repetitions else { return nil }
        let agents = Set(tried.map(\.agentID))
        return ranked.first { !agents.contains($0.id) }
    }
}

extension [Part] {
    var allEnded: Bool { allSatisfy(\.hasEnded) }
    package var completed: [Part] { filter { $0.result != nil } }

    /// For a result or an input.
    var told: JSONValue {
        .array(
            map {
                [
                    "agent_id": .string($0.agentID), "status": .string($0.outcome?.text ?? "asked"),
                    "result": $0.result ?? .null,
                ]
            }
        )
    }

    /// Why nobody did it, of the first ten.
    var reasons: String {
        let told = prefix(10).map { "\($0.agentID): \(($0.outcome?.text ?? "asked").prefix(300))" }
        return told.joined(separator: "; ") + (count > 10 ? "; and \(count - 10) more" : "")
    }
}
