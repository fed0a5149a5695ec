package import NovaContract

/// What a coordination begins with.
package struct CoordinationRequest: Sendable {
    package let id: String
    package let task: JSONValue
    package let participants: [Participant]
    /// Nil: it is chosen.
    package let strategy: Strategy?
    package let limits: CoordinationLimits

    package init(
        id: String,
        task: JSONValue,
        participants: [Participant],
        strategy: Strategy? = nil,
        limits: CoordinationLimits = CoordinationLimits()
    ) {
        self.id = id
        self.task = task
        self.participants = participants
        self.strategy = strategy
        self.limits = limits
    }
}
