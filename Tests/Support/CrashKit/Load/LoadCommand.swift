import NIOHTTP1
import NovaContract

/// A command as it goes over HTTP.
struct LoadCommand: Sendable {
    let kind: SentCommand.Kind
    let flowID: String
    let idempotencyKey: String
    /// Seconds; zero: the client does not wait.
    let wait: Int
    /// Of the search, where it is a hard one.
    let seconds: Int

    var method: HTTPMethod {
        switch kind {
        case .store, .invalid: .PUT
        case .delete: .DELETE
        case .optimize, .hard, .poison: .POST
        }
    }

    var path: String {
        let flow = "/api/orchestration/flows/\(flowID)"
        return method == .POST ? flow + "/optimize" : flow
    }

    var body: JSONValue? {
        switch kind {
        case .delete: nil
        case .store: Self.flow(after: "a")
        // It waits for itself by way of the other.
        case .invalid: Self.flow(after: "a", before: "b")
        case .optimize, .poison: ["parameters": Self.flow(after: "a")]
        case .hard: HardFlow.body(seconds: seconds)
        }
    }

    var headers: [(String, String)] {
        [("Idempotency-Key", idempotencyKey), ("Prefer", wait > 0 ? "wait=\(wait)" : "respond-async")]
    }

    private static func flow(after: String, before: String? = nil) -> JSONValue {
        let first = JSONValue(before.map { [$0] } ?? [])
        return [
            "steps": [
                ["id": "a", "duration": 1, "dependencies": first],
                ["id": "b", "duration": 2, "dependencies": JSONValue([after])],
            ]
        ]
    }
}
