import NovaClient
import NovaContract

/// A few memories, and questions in other words.
struct MemoryDemo: Sendable {
    let api: NovaAPI
    let console: Console

    private static let base = "/api/orchestration/memory"

    private static let memories = [
        "Ada moved the nightly report to seven in the morning",
        "The customer from Lisbon asked for invoices in euros",
        "We agreed to retry failed uploads three times",
        "Bob's tests were flaky until he pinned the browser",
    ]
    private static let questions = [
        "When does the report run?", "Which currency for invoicing?", "How often is an upload retried?",
    ]

    /// - Throws: `CommandFailure` where something is refused.
    func run() async throws {
        console.line()
        console.line(console.style.bold("Four memories, asked for in other words"))
        let told = Self.memories.enumerated().map { number, text -> JSONValue in
            ["memory_id": .string("sample-\(number + 1)"), "content": ["text": .string(text)]]
        }
        _ = try await api.post(Self.base + "/batch", body: ["memories": .array(told)], prefer: .wait(.seconds(30)))
        for question in Self.questions {
            let body: JSONValue = ["content": ["question": .string(question)], "limit": 1]
            let answer = try await api.post(Self.base + "/search", body: body, prefer: .wait(.seconds(30))).body
            let best = answer["matches"]?.arrayValue?.first
            let text = best?["content"]?["text"]?.stringValue ?? "nothing"
            console.line("  " + TextLayout.left(question, 33) + TextLayout.printable(text))
        }
        console.line("  " + console.style.dim("POST \(Self.base)/search"))
    }
}
