import NovaContract

/// One after the other; each sees all that came before; who fails is passed over.
struct SequentialStrategy: CoordinationStrategy {
    func next(_ state: CoordinationState, now: Int64) -> Want {
        let parts = state.parts(.worker)
        guard parts.allEnded else { return .wait }
        if parts.count < state.participants.count {
            let agent = state.participants[parts.count]
            return state.asked([
                .init(
                    agentID: agent.id,
                    role: .worker,
                    round: parts.count + 1,
                    instruction: "Do the task, going on from what the others before you have done.",
                    input: ["before": parts.completed.told]
                )
            ])
        }
        guard let last = parts.completed.last?.result else {
            return .fail("no agent has done its part: \(parts.reasons)")
        }
        let share = Confidence.share(parts.completed.count, of: parts.count, "agents have done their parts")
        return .finish(["final": last, "steps": parts.told], confidence: share.value, basis: share.basis)
    }
}
