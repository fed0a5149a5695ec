import NovaContract

/// Rounds in which each sees the others' last positions; then, where they still differ, a judge.
///
/// The judge is the one the request names, who need not be among its agents, else whoever has the best record (of equals
/// the cheaper, then who is named first); with three agents or more it does not debate. Where no judge decides, the position
/// that most hold is the result, of those that as many hold the one whose holder the request names first.
struct DebateStrategy: CoordinationStrategy {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "answer": ["type": ["string", "number", "boolean", "object", "array", "null"]],
            "winner": ["type": "string"],
            "reason": ["type": "string"],
        ],
        "required": ["answer", "reason"],
    ]

    func next(_ state: CoordinationState, now: Int64) -> Want {
        guard state.parts.allEnded else { return .wait }
        let debaters = debaters(state)
        let said = state.parts(.debater)
        let round = said.map(\.round).max() ?? 0
        guard round > 0 else { return speak(1, debaters, [], state) }
        let last = state.parts(.debater, round: round).completed
        guard !last.isEmpty else {
            return .fail(
                "nobody has taken a position in round \(round): \(state.parts(.debater, round: round).reasons)"
            )
        }
        let agreement = Agreement(last.compactMap(\.result))
        if agreement.options.count == 1, last.count > 1 || debaters.count == 1 {
            let share = Confidence.share(last.count, of: debaters.count, "debaters agree after round \(round)")
            return finish(agreement.options[0].answer, agreement, state, share.value, share.basis)
        }
        if round < state.limits.rounds {
            return speak(round + 1, last.map(\.agentID), last, state)
        }
        return judge(state, last, agreement)
    }

    /// All but a judge who can be spared.
    private func debaters(_ state: CoordinationState) -> [String] {
        let judge = judges(state)[0]
        let all = state.participants.map(\.id)
        return all.count >= 3 && all.contains(judge) ? all.filter { $0 != judge } : all
    }

    private func judges(_ state: CoordinationState) -> [String] {
        let ranked = state.ranked.map(\.id)
        guard let named = state.limits.judge else { return ranked }
        return [named] + ranked.filter { $0 != named }
    }

    private func speak(_ round: Int, _ agents: [String], _ before: [Part], _ state: CoordinationState) -> Want {
        state.asked(
            agents.map { agent in
                .init(
                    agentID: agent,
                    role: .debater,
                    round: round,
                    instruction: round == 1
                        ? "Take a position on the task. Be short: it is compared with others'."
                        : "Read the others' positions. Keep yours or change it, and say only the position you hold now.",
                    input: [
                        "round": JSONValue(round), "rounds": JSONValue(state.limits.rounds),
                        "positions": before.filter { $0.agentID != agent }.told,
                        "your_position": before.first { $0.agentID == agent }?.result ?? .null,
                    ]
                )
            }
        )
    }

    private func judge(_ state: CoordinationState, _ last: [Part], _ agreement: Agreement) -> Want {
        let tried = state.parts(.judge)
        if let ruling = tried.last?.result {
            let answer = ruling["answer"] ?? ruling
            let holders = last.filter { $0.result.map(Agreement.key) == Agreement.key(answer) }.count
            let share = Confidence.share(
                holders,
                of: last.count,
                "debaters hold what \(tried[tried.count - 1].agentID) ruled"
            )
            return finish(answer, agreement, state, share.value, share.basis, ruling)
        }
        let judges = judges(state)
        guard tried.count < judges.count, tried.count <= state.limits.repetitions else {
            let share = Confidence.share(
                agreement.options[0].count,
                of: last.count,
                "debaters hold it; no judge decided"
            )
            return finish(
                agreement.options[0].answer,
                agreement,
                state,
                share.value,
                share.basis,
                isTie: agreement.isTie
            )
        }
        return state.asked([
            .init(
                agentID: judges[tried.count],
                role: .judge,
                round: state.limits.rounds + 1,
                instruction: "The debate is over. Decide what the answer is, and give the reason.",
                input: ["positions": last.told],
                schema: Self.schema
            )
        ])
    }

    private func finish(
        _ answer: JSONValue,
        _ agreement: Agreement,
        _ state: CoordinationState,
        _ confidence: Double,
        _ basis: String,
        _ ruling: JSONValue? = nil,
        isTie: Bool = false
    ) -> Want {
        let rounds = state.parts(.debater).map(\.round).max() ?? 0
        var result: JSONObject = [
            "answer": answer, "agreement": agreement.json, "rounds": JSONValue(rounds),
            "positions": state.parts(.debater, round: rounds).told, "tie": .bool(isTie),
        ]
        result["ruling"] = ruling
        if ruling != nil, let judge = state.parts(.judge).last { result["judge"] = .string(judge.agentID) }
        if isTie {
            result["tie_rule"] =
                "no judge decided: of the positions that as many hold, the one whose agent is named first"
        }
        return .finish(.object(result), confidence: confidence, basis: basis)
    }
}
