import NovaContract

/// The contract net (Smith 1980): announce, bid, award, do; the next bidder where the winner fails.
///
/// The award goes to the lowest price for an expected success: price / (stated confidence × expected success by the
/// record). Equal ones are a tie: the higher expected success wins, then who is named first in the request. Bids that come after the close are not looked at, so which bids count depends on the time; all else does not.
struct AuctionStrategy: CoordinationStrategy {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "price": ["type": "number", "minimum": 0], "confidence": ["type": "number", "minimum": 0, "maximum": 1],
            "reason": ["type": "string"],
        ],
        "required": ["price", "confidence"],
    ]

    private struct Bid {
        let agent: Participant
        let price: Double
        let confidence: Double

        var success: Double { confidence * agent.record.expectedSuccess }
        /// Where nothing is asked, success alone decides.
        var rank: Double { min((price + 1e-6) / max(success, 1e-6), .greatestFiniteMagnitude) }

        var json: JSONValue {
            [
                "agent_id": .string(agent.id), "price": JSONValue(price), "confidence": JSONValue(confidence),
                "price_for_success": JSONValue(rank),
            ]
        }
    }

    func next(_ state: CoordinationState, now: Int64) -> Want {
        let calls = state.parts(.bidder)
        guard !calls.isEmpty else {
            return state.asked(
                state.participants.map {
                    .init(
                        agentID: $0.id,
                        role: .bidder,
                        instruction: "Bid for the task: what would you ask for doing it (price), and how sure are you "
                            + "to do it well (confidence, 0 to 1)? Do not do it yet.",
                        schema: Self.schema
                    )
                }
            )
        }
        let work = state.parts(.worker)
        if work.isEmpty, !calls.allEnded, let closing = state.closesAt, now < closing { return .waitUntil(closing) }
        let bids = bids(calls, state)
        guard !bids.isEmpty else { return .fail("nobody has bid: \(calls.reasons)") }
        guard work.allEnded else { return .wait }
        if let done = work.last, let result = done.result, let bid = bids.first(where: { $0.agent.id == done.agentID })
        {
            return .finish(
                told(result, of: done.agentID, bids),
                confidence: (bid.confidence + bid.agent.record.expectedSuccess) / 2,
                basis: "mean of the winner's stated confidence and its expected success by its record"
            )
        }
        guard work.count < min(bids.count, state.limits.repetitions + 1) else {
            return .fail("no bidder has done the task: \(work.reasons)")
        }
        return state.asked([
            .init(
                agentID: bids[work.count].agent.id,
                role: .worker,
                round: work.count + 1,
                instruction: "You have won the task: do it now.",
                input: ["price": JSONValue(bids[work.count].price)]
            )
        ])
    }

    private func told(_ result: JSONValue, of winner: String, _ bids: [Bid]) -> JSONValue {
        // As long as two are the best alike, whoever of them it went to.
        let isTie = bids.count > 1 && bids[0].rank == bids[1].rank
        var members: JSONObject = [
            "result": result, "winner": .string(winner), "bids": .array(bids.map(\.json)), "tie": .bool(isTie),
        ]
        if isTie {
            members["tie_rule"] = "of equal prices for a success the higher expected success, then who is named first"
        }
        return .object(members)
    }

    /// The best first.
    private func bids(_ calls: [Part], _ state: CoordinationState) -> [Bid] {
        calls.compactMap { part -> Bid? in
            guard let result = part.result, let agent = state.participant(part.agentID),
                let price = result["price"]?.doubleValue, price >= 0, price.isFinite,
                let confidence = result["confidence"]?.doubleValue, 0...1 ~= confidence
            else { return nil }
            return Bid(agent: agent, price: price, confidence: confidence)
        }.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if a.rank != b.rank { return a.rank < b.rank }
            return a.success != b.success ? a.success > b.success : left.offset < right.offset
        }.map(\.element)
    }
}
