import Coordination
import NovaContract
import NovaTestKit
import Testing

/// Plays a coordination: agents answer as told, in any order and grouping, and the state is kept and read in between.
struct Rehearsal {
    typealias Actor = (Part) -> Part.Outcome

    var request: CoordinationRequest
    var now: Int64 = 1_000
    /// How many parts may end before the machine is told.
    var grouping = 1
    var random = SplitMix64(seed: 1)
    private(set) var asked: [Part] = []
    private(set) var messages: [JSONValue] = []

    init(
        _ agents: [String],
        task: JSONValue = ["question": "?"],
        strategy: Strategy?,
        limits: CoordinationLimits = CoordinationLimits()
    ) {
        self.init(agents.map { Participant(id: $0) }, task: task, strategy: strategy, limits: limits)
    }

    init(
        _ participants: [Participant],
        task: JSONValue = ["question": "?"],
        strategy: Strategy?,
        limits: CoordinationLimits = CoordinationLimits()
    ) {
        request = CoordinationRequest(
            id: "c",
            task: task,
            participants: participants,
            strategy: strategy,
            limits: limits
        )
    }

    /// Until the verdict; every state goes through JSON, as it does through Redis.
    mutating func play(_ actor: Actor) throws -> CoordinationState {
        var move = CoordinationMachine.begin(request, now: now)
        for _ in 0..<1_000 {
            asked += move.asked
            messages += move.messages
            let state = try CoordinationState(json: JSONValue(parsing: move.state.json.jsonString))
            // A number may be read back as whole; as text the two are the same.
            #expect(state.json.jsonString == move.state.json.jsonString)
            if state.verdict != nil { return state }
            let open = state.open.shuffled(using: &random)
            try #require(!open.isEmpty, "it waits for nothing")
            var outcomes: [String: (outcome: Part.Outcome, tokens: Int)] = [:]
            for part in open.prefix(grouping) { outcomes[part.id] = (actor(part), 10) }
            now += 1
            move = CoordinationMachine.advance(state, outcomes, now: now)
            // Telling it again changes nothing.
            let again = CoordinationMachine.advance(move.state, outcomes, now: now)
            #expect(again.state == move.state)
            #expect(again.asked.isEmpty)
            #expect(again.messages.isEmpty)
        }
        Issue.record("it does not end")
        return move.state
    }
}

extension CoordinationState {
    var finished: (result: JSONValue, confidence: Double)? {
        if case .finished(let result, let confidence, _)? = verdict { return (result, confidence) }
        return nil
    }

    var failure: String? {
        if case .failed(let reason)? = verdict { return reason }
        return nil
    }
}
