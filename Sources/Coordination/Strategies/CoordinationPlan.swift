package import NovaContract

/// What a coordination of agents that nobody runs would begin with: who is to do what, and why.
package struct CoordinationPlan: Sendable {
    package let state: CoordinationState
    package let parts: [Part]
    package let confidence: Double
    package let basis: String

    package init(_ request: CoordinationRequest, now: Int64) {
        let move = CoordinationMachine.begin(request, now: now)
        state = move.state
        parts = move.asked
        let records = parts.compactMap { move.state.participant($0.agentID)?.record }
        let tries = records.reduce(0) { $0 + $1.completed + $1.failed }
        let successes = records.reduce(0) { $0 + $1.completed }
        confidence = (Double(successes) + 1) / (Double(tries) + 2)
        basis =
            tries == 0
            ? "expected success; none of the agents has a record yet"
            : "expected success: (\(successes) + 1) / (\(tries) + 2), from the agents' records"
    }

    package var json: JSONValue {
        .array(
            parts.map {
                [
                    "part_id": .string($0.id), "agent_id": .string($0.agentID), "role": .string($0.role.rawValue),
                    "round": JSONValue($0.round), "instruction": .string($0.instruction),
                ]
            }
        )
    }
}
