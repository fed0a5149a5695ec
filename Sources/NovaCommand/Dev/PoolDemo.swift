import NovaClient
import NovaContract

/// A request for a resource that is given away waits, and gets its turn when that comes back.
struct PoolDemo: Sendable {
    let api: NovaAPI
    let console: Console

    private static let base = "/api/orchestration/resources"

    /// - Throws: `CommandFailure` where something is refused, or the turn does not come.
    func run() async throws {
        console.line()
        console.line(console.style.bold("Two want the same cards") + " (a pool of 4; a lease, a queue, a turn)")
        _ = try await api.put(Self.base + "/cards", body: ["capacity": 4, "unit": "cards", "divisible": false])
        let first = try await ask(3, wait: 0)
        say("first", "gets 3", "free: \(try await free())")
        let second = try await ask(2, wait: 60)
        say("second", "waits", "2 wanted, 1 free")
        _ = try await api.post(Self.base + "/allocations/\(NovaClient.pathSegment(first))/release", body: [:])
        say("first", "is done", "3 come back")
        while try await api.get(Self.base + "/allocations/\(NovaClient.pathSegment(second))")["status"] == "waiting" {
            try await Task.sleep(for: .milliseconds(100))
        }
        say("second", "gets 2", "free: \(try await free())")
        _ = try await api.post(Self.base + "/allocations/\(NovaClient.pathSegment(second))/release", body: [:])
        try await showAnalytics()
    }

    /// What was recorded of all that.
    private func showAnalytics() async throws {
        let analytics = try await api.get("/api/analytics/resources", query: [("resource_id", "cards")])["analytics"]
        let wait = analytics?["latency_seconds"]?["queue"]?["max"]?.doubleValue ?? 0
        let most = analytics?["utilization"]?["max"]?.doubleValue ?? 0
        let granted = analytics?["counts"]?["granted"]?.intValue ?? 0
        say(
            "recorded",
            "",
            "\(granted) granted, the longest wait \(Int((wait * 1_000).rounded())) ms, at most \(Int(most * 100)) % given"
        )
        console.line("  " + console.style.dim("GET /api/analytics/resources?resource_id=cards"))
    }

    /// Returns the allocation's id.
    private func ask(_ cards: Int, wait: Int) async throws -> String {
        let body: JSONValue = [
            "resources": ["cards": ["requested": JSONValue(cards)]],
            "constraints": ["ttl": 60, "wait": JSONValue(wait)],
        ]
        let answer = try await api.post(Self.base + "/allocate", body: body, prefer: .wait(.seconds(30)))
        guard let id = answer.body["allocation_id"]?.stringValue else {
            throw CommandFailure(.failed, "the gateway answered without an allocation")
        }
        return id
    }

    private func free() async throws -> String {
        try await api.get(Self.base + "/cards")["free"]?.jsonString ?? "?"
    }

    private func say(_ who: String, _ deed: String, _ text: String) {
        console.line("  " + TextLayout.left(who, 9) + TextLayout.left(deed, 9) + text)
    }
}
