import NovaClient
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

    var method: NovaClient.Method {
        switch kind {
        case .store, .invalid: .put
        case .delete: .delete
        case .optimize, .hard, .poison: .post
        }
    }

    var path: String {
        let flow = "/api/orchestration/flows/\(flowID)"
        return method == .post ? flow + "/optimize" : flow
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

    func options(timeout: Duration) -> NovaClient.RequestOptions {
        NovaClient.RequestOptions(
            idempotencyKey: idempotencyKey,
            preference: wait > 0 ? .wait(.seconds(wait)) : .respondAsync,
            timeout: timeout
        )
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
