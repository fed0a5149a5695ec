import NovaContract

/// All at once, each on its own.
struct ParallelStrategy: CoordinationStrategy {
    func next(_ state: CoordinationState, now: Int64) -> Want {
        let parts = state.parts(.worker)
        guard !parts.isEmpty else {
            return state.asked(
                state.participants.map {
                    .init(agentID: $0.id, role: .worker, instruction: "Do the task. Others do it too, apart from you.")
                }
            )
        }
        guard parts.allEnded else { return .wait }
        let done = parts.completed
        guard !done.isEmpty else { return .fail("no agent has done its part: \(parts.reasons)") }
        let share = Confidence.share(done.count, of: parts.count, "agents have done their parts")
        return .finish(["results": parts.told], confidence: share.value, basis: share.basis)
    }
}
