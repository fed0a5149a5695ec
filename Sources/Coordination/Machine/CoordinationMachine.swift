package import NovaContract

/// One step of a coordination: the state it leads to, and what is to be done about it.
package struct CoordinationMove: Sendable {
    package var state: CoordinationState
    /// To be given to their agents.
    package var asked: [Part] = []
    /// Ids of parts that nobody needs any more.
    package var dropped: [String] = []
    /// What was said, for the conversation.
    package var messages: [JSONValue] = []
    /// Milliseconds since 1970 at which it goes on whatever has ended by then; nil: only when parts end.
    package var wakeAt: Int64?
}

/// What a strategy wants next, seeing all that was asked and answered so far.
enum Want {
    /// Nothing before more parts have ended.
    case wait
    /// The same, but not beyond this time (milliseconds since 1970).
    case waitUntil(Int64)
    case ask([Part])
    case finish(JSONValue, confidence: Double, basis: String)
    /// It cannot go on within its bounds.
    case bound(String)
    case fail(String)
}

/// A strategy: a function of the state, so that the death of whoever runs it loses nothing.
protocol CoordinationStrategy {
    /// Asked whenever something has changed. Only what has ended counts: the same state gives the same answer.
    func next(_ state: CoordinationState, now: Int64) -> Want
}

/// Runs strategies within their bounds.
///
/// Plain functions of values: no clock, no chance, nothing outside the state. Advancing with outcomes that are known
/// already, or of parts that are unknown, changes nothing.
package enum CoordinationMachine {
    package static func begin(_ request: CoordinationRequest, now: Int64) -> CoordinationMove {
        let choice = StrategyChoice(request)
        var move = CoordinationMove(state: CoordinationState(request, choice, now: now))
        say(
            &move,
            [
                "role": "nova", "from": "nova", "round": 0,
                "content": ["strategy": .string(choice.strategy.rawValue), "why": .string(choice.why)],
            ],
            now
        )
        proceed(&move, now)
        return move
    }

    /// - Parameter outcomes: of parts by id, with the tokens that they took.
    package static func advance(
        _ state: CoordinationState,
        _ outcomes: [String: (outcome: Part.Outcome, tokens: Int)],
        now: Int64
    ) -> CoordinationMove {
        var move = CoordinationMove(state: state)
        guard state.verdict == nil else { return move }
        for index in move.state.parts.indices where !move.state.parts[index].hasEnded {
            guard let (outcome, tokens) = outcomes[move.state.parts[index].id] else { continue }
            move.state.parts[index].outcome = outcome
            move.state.parts[index].tokens = tokens
            say(&move, message(of: move.state.parts[index]), now)
        }
        proceed(&move, now)
        return move
    }

    /// As it was saved: nothing is asked or said.
    package static func resume(_ state: CoordinationState) -> CoordinationMove { CoordinationMove(state: state) }

    private static func message(of part: Part) -> JSONValue {
        var message: JSONObject = [
            "role": .string(part.role.rawValue), "from": .string(part.agentID), "part": .string(part.id),
            "round": JSONValue(part.round), "status": .string(part.outcome?.text ?? ""),
        ]
        if let result = part.result { message["content"] = result }
        return .object(message)
    }

    private static func say(_ move: inout CoordinationMove, _ message: JSONValue, _ now: Int64) {
        var members = message.objectValue ?? [:]
        members["at"] = .string(Timestamp.string(milliseconds: now))
        move.messages.append(.object(members))
        move.state.messages += 1
    }

    private static func proceed(_ move: inout CoordinationMove, _ now: Int64) {
        // A day at most, as all times of the limits: sums with a time of the clock fit.
        let end = move.state.limits.seconds.map { move.state.startedAt + Int64($0 * 1_000) }
        if let end, now >= end {
            return conclude(&move, "its time of \(JSONValue(move.state.limits.seconds ?? 0).jsonString) s is over", now)
        }
        switch strategy(move.state.strategy).next(move.state, now: now) {
        case .wait:
            move.wakeAt = end
        case .waitUntil(let time):
            move.state.closesAt = move.state.closesAt ?? time
            move.wakeAt = min(time, end ?? time)
        case .ask(let parts):
            ask(&move, parts, now)
            move.wakeAt = end
            if move.state.strategy == .auction, move.state.closesAt == nil {
                // Bids are closed at a time that outlives whoever asked for them.
                let closing = now + Int64(move.state.limits.bidSeconds * 1_000)
                move.state.closesAt = closing
                move.wakeAt = min(closing, end ?? closing)
            }
        case .finish(let result, let confidence, let basis):
            drop(&move)
            move.state.verdict = .finished(result: result, confidence: confidence, basis: basis)
        case .bound(let bound): conclude(&move, bound, now)
        case .fail(let reason):
            drop(&move)
            move.state.verdict = .failed(reason)
        }
    }

    private static func ask(_ move: inout CoordinationMove, _ parts: [Part], _ now: Int64) {
        var bytes = move.state.bytes
        if let bound = Bounds.passed(move.state, asking: parts, &bytes) { return conclude(&move, bound, now) }
        move.state.bytes = bytes
        // What was asked before and is not waited for any more.
        drop(&move)
        move.state.parts += parts
        move.asked = parts
        for part in parts {
            say(
                &move,
                [
                    "role": "nova", "from": "nova", "to": .string(part.agentID), "part": .string(part.id),
                    "round": JSONValue(part.round), "content": .string(part.instruction),
                ],
                now
            )
        }
    }

    private static func drop(_ move: inout CoordinationMove) {
        for index in move.state.parts.indices where !move.state.parts[index].hasEnded {
            move.state.parts[index].outcome = .cancelled
            move.dropped.append(move.state.parts[index].id)
        }
    }

    /// At a bound: what is there is the result, where there is anything.
    private static func conclude(_ move: inout CoordinationMove, _ bound: String, _ now: Int64) {
        drop(&move)
        let done = move.state.parts.filter { $0.result != nil }
        guard !done.isEmpty else {
            move.state.verdict = .failed("ended at a bound before anything was done: \(bound)")
            return
        }
        let share = Confidence.share(done.count, of: move.state.parts.count, "parts were completed")
        move.state.verdict = .finished(
            result: [
                "incomplete": .string(bound),
                "results": .array(done.map { ["agent_id": .string($0.agentID), "result": $0.result ?? .null] }),
            ],
            confidence: share.value,
            basis: "\(share.basis); ended at a bound: \(bound)"
        )
    }

    private static func strategy(_ strategy: Strategy) -> any CoordinationStrategy {
        switch strategy {
        case .parallel: ParallelStrategy()
        case .sequential: SequentialStrategy()
        case .pipeline: PipelineStrategy()
        case .auction: AuctionStrategy()
        case .consensus: ConsensusStrategy()
        case .debate: DebateStrategy()
        case .hierarchical: HierarchicalStrategy()
        }
    }
}

/// Which bound keeps a coordination from asking for more; what it has asked for it may still end with.
enum Bounds {
    /// Bytes, as JSON, of what all parts of a coordination are given: it is kept and read as a whole.
    static let bytes = 16 << 20

    /// - Parameter total: bytes of what was given before; those of the new parts are added.
    static func passed(_ state: CoordinationState, asking parts: [Part], _ total: inout Int) -> String? {
        let (limits, count) = (state.limits, parts.count)
        if state.parts.count + count > limits.parts { return "it would take more than \(limits.parts) parts" }
        if state.messages + count > limits.messages { return "it would take more than \(limits.messages) messages" }
        if let tokens = limits.tokens, state.tokens >= tokens { return "its \(tokens) tokens are used up" }
        for part in parts {
            // Far from the greatest number: each step ends beyond the bound.
            total += part.input.jsonBytes.count
            if total > bytes { return "its parts would be given more than \(bytes) bytes" }
        }
        return nil
    }
}
