import NovaContract

/// Independent answers; where they differ, a vote by ranking over the distinct ones (Borda count).
///
/// Equal scores are a tie: the answer that more agents gave is the result, of those the one whose giver the request names
/// first.
struct ConsensusStrategy: CoordinationStrategy {
    /// The most frequent ones are voted on.
    private static let mostOptions = 10

    func next(_ state: CoordinationState, now: Int64) -> Want {
        let asked = state.parts(.answerer)
        guard !asked.isEmpty else {
            return state.asked(
                state.participants.map {
                    .init(
                        agentID: $0.id,
                        role: .answerer,
                        instruction: "Answer the task on your own. Be short: your answer is compared with others'."
                    )
                }
            )
        }
        guard asked.allEnded else { return .wait }
        let answered = asked.completed
        let needed = max(1, Int((Double(asked.count) * state.limits.quorum).rounded(.up)))
        guard answered.count >= needed else {
            return .fail("\(answered.count) of \(asked.count) have answered, \(needed) were needed: \(asked.reasons)")
        }
        let agreement = Agreement(answered.compactMap(\.result))
        if agreement.options.count == 1 {
            let share = Confidence.share(answered.count, of: asked.count, "agents gave the same answer")
            return finish(agreement.options[0].answer, agreement, asked, nil, share.value, share.basis)
        }
        return vote(state, asked, agreement)
    }

    private func vote(_ state: CoordinationState, _ asked: [Part], _ agreement: Agreement) -> Want {
        let options = Array(agreement.options.prefix(Self.mostOptions))
        let votes = state.parts(.voter)
        guard !votes.isEmpty else { return ask(state, asked.completed, options) }
        guard votes.allEnded else { return .wait }
        let rankings = votes.compactMap { Self.ranking($0.result, among: options.count) }
        let scores = Self.borda(rankings, options.count)
        // Equal scores: the earlier option, which more gave, or an agent that is named before.
        let winner = scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) } ?? 0
        let first = rankings.filter { $0.first == winner }.count
        let share =
            rankings.isEmpty
            ? Confidence.share(options[0].count, of: agreement.total, "agents gave the answer; nobody has voted")
            : Confidence.share(first, of: rankings.count, "votes rank the answer first")
        let told: JSONValue = .array(
            options.enumerated().map { index, option in
                ["answer": option.answer, "given_by": JSONValue(option.count), "score": JSONValue(scores[index])]
            }
        )
        let tied = scores.indices.filter {
            scores[$0] == scores[winner] && (!rankings.isEmpty || isAsOften(options, $0))
        }
        return finish(options[winner].answer, agreement, asked, told, share.value, share.basis, isTie: tied.count > 1)
    }

    private func isAsOften(_ options: [(key: String, answer: JSONValue, count: Int)], _ index: Int) -> Bool {
        options[index].count == options[0].count
    }

    private func ask(
        _ state: CoordinationState,
        _ answered: [Part],
        _ options: [(key: String, answer: JSONValue, count: Int)]
    ) -> Want {
        let list: JSONValue = .array(
            options.enumerated().map { ["option": JSONValue($0 + 1), "answer": $1.answer] }
        )
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "ranking": [
                    "type": "array", "minItems": 1,
                    "items": ["type": "integer", "minimum": 1, "maximum": JSONValue(options.count)],
                ], "reason": ["type": "string"],
            ],
            "required": ["ranking"],
        ]
        return state.asked(
            answered.map {
                .init(
                    agentID: $0.agentID,
                    role: .voter,
                    round: 2,
                    instruction: "These answers were given. Rank their numbers, the best first.",
                    input: ["options": list, "your_answer": $0.result ?? .null],
                    schema: schema
                )
            }
        )
    }

    /// Option numbers from 0, each once; nil where the vote says nothing.
    private static func ranking(_ vote: JSONValue?, among count: Int) -> [Int]? {
        let given = vote?["ranking"]?.arrayValue ?? []
        var seen: Set<Int> = []
        // Only what is a number of an option: one less of it is an index then.
        let ranking = given.compactMap(\.intValue).filter { count > 0 && 1...count ~= $0 && seen.insert($0).inserted }
            .map { $0 - 1 }
        return ranking.isEmpty ? nil : ranking
    }

    /// The first of n gets n − 1 points, the next one less; those not ranked share what is left equally.
    private static func borda(_ rankings: [[Int]], _ count: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: count)
        for ranking in rankings {
            for (place, option) in ranking.enumerated() { scores[option] += Double(count - 1 - place) }
            let rest = count - ranking.count
            guard rest > 0 else { continue }
            let share = Double(rest - 1) / 2
            for option in 0..<count where !ranking.contains(option) { scores[option] += share }
        }
        return scores
    }

    private func finish(
        _ answer: JSONValue,
        _ agreement: Agreement,
        _ asked: [Part],
        _ vote: JSONValue?,
        _ confidence: Double,
        _ basis: String,
        isTie: Bool = false
    ) -> Want {
        var result: JSONObject = [
            "answer": answer, "agreement": agreement.json, "answers": asked.told, "tie": .bool(isTie),
        ]
        result["vote"] = vote
        if isTie {
            result["tie_rule"] =
                "the answer that more agents gave; of those the one whose agent the request names first"
        }
        return .finish(.object(result), confidence: confidence, basis: basis)
    }
}
