import NovaClient
import NovaContract

/// Speaks to a gateway as an agent does.
struct AgentClient: Sendable {
    private let client: NovaClient

    init(port: Int) throws { client = try NovaServer.client(port: port) }

    /// - Throws: `BenchError` for every answer but 200.
    @discardableResult
    func send(_ method: NovaClient.Method, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        let answer = try await client.exchange(
            method,
            "/api/orchestration" + path,
            body: body.map { .json(JSON($0)) },
            options: .init(preference: .wait(.seconds(60)))
        )
        guard answer.status == 200 else {
            let text = String(decoding: answer.bytes, as: UTF8.self)
            throw BenchError("\(method.rawValue) \(path): \(answer.status): \(text)")
        }
        return try answer.json.value
    }
}
