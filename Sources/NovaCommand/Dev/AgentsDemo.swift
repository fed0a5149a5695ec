import NovaClient
import NovaContract

/// Three agents that speak HTTP agree on a headline, and what they say is shown.
struct AgentsDemo: Sendable {
    let api: NovaAPI
    let console: Console

    private static let base = "/api/orchestration/agents"
    /// Whom which headline pleases, the best first.
    private static let tastes = [
        "ada": ["Nova loses nothing", "A faster queue for agents"],
        "bob": ["A faster queue for agents", "Nova loses nothing"],
        "eve": ["Nova loses nothing", "A faster queue for agents"],
    ]
    private static let limit = 60

    /// - Throws: `CommandFailure` where the coordination is refused, fails, or does not end in time.
    func run() async throws {
        console.line()
        console.line(
            console.style.bold("Three agents agree on a headline") + " (consensus: each answers, then they vote)"
        )
        for agent in Self.tastes.keys.sorted() { _ = try await api.put(Self.base + "/\(agent)", body: ["capacity": 1]) }
        let answer = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            for (agent, taste) in Self.tastes { group.addTask { try await work(agent, taste) } }
            group.addTask { try await coordinate() }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self)
        }
        if let answer { show(answer) }
    }

    private func coordinate() async throws -> JSONValue {
        let body: JSONValue = [
            "agents": JSONValue(Self.tastes.keys.sorted()), "strategy": "consensus",
            "task": ["question": "Which headline shall the announcement have?"],
        ]
        let answer = try await api.post(Self.base + "/coordinate", body: body, prefer: .wait(.seconds(Self.limit)))
        guard answer.status == 200 else {
            throw CommandFailure(.unavailable, "the agents did not agree within \(Self.limit) s")
        }
        return answer.body
    }

    /// Claims and answers until it is cancelled.
    private func work(_ agent: String, _ taste: [String]) async throws -> JSONValue? {
        while true {
            let claim = try await api.post(Self.base + "/\(agent)/claim", body: ["wait": 5])
            for task in claim.body["tasks"]?.arrayValue ?? [] {
                let (deed, result) = Self.answer(task["parameters"] ?? .null, taste)
                say(agent, deed, result.told)
                let path =
                    Self.base + "/\(agent)/tasks/\(NovaClient.pathSegment(task["task_id"]?.stringValue ?? ""))/complete"
                _ = try await api.post(path, body: ["token": task["token"] ?? .null, "result": result.json])
            }
        }
    }

    /// What an agent does with what it is asked: its opinion, or a vote that ranks what others said.
    private static func answer(_ asked: JSONValue, _ taste: [String]) -> (
        deed: String, result: (json: JSONValue, told: String)
    ) {
        let options = asked["input"]?["options"]?.arrayValue ?? []
        guard asked["role"] == "voter", !options.isEmpty else { return ("says", (.string(taste[0]), taste[0])) }
        let ranked = options.sorted { rank($0, taste) < rank($1, taste) }
        let ranking = JSONValue.array(ranked.compactMap { $0["option"] })
        return ("votes for", (["ranking": ranking], ranked.first?["answer"]?.stringValue ?? ""))
    }

    private static func rank(_ option: JSONValue, _ taste: [String]) -> Int {
        option["answer"]?.stringValue.flatMap { taste.firstIndex(of: $0) } ?? taste.count
    }

    private func say(_ agent: String, _ deed: String, _ text: String) {
        console.line("  " + TextLayout.left(agent, 5) + TextLayout.left(deed, 10) + TextLayout.printable(text))
    }

    private func show(_ answer: JSONValue) {
        let result = answer["orchestration"]?["result"]
        let headline = result?["answer"]?.stringValue ?? result?.jsonString ?? ""
        let confidence = SpanText.percent(answer["confidence"]?.doubleValue ?? 0)
        console.line(
            "  agreed on " + console.style.bold(TextLayout.printable(headline)) + ", confidence \(confidence)"
                + " (\(TextLayout.printable(answer["confidence_basis"]?.stringValue ?? "")))"
        )
        let id = answer["coordination_id"]?.stringValue ?? ""
        console.line(console.style.dim("  what was said: GET /api/orchestration/coordinations/\(id)"))
    }
}
