import NIOHTTP1
import NovaContract
import Testing

extension API {
    /// What a request that is to succeed is answered.
    func done(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let answer = try await send(method, path, body)
        #expect(answer.status == 200, "\(method) \(path): \(answer.text)")
        return try answer.json
    }

    /// Claims one task for an agent; waits on the server where there is none.
    func claim(_ agent: String, wait: Int = 0, lease: Int? = nil) async throws -> [JSONValue] {
        var body: [String: JSONValue] = ["wait": JSONValue(wait)]
        body["lease"] = lease.map { JSONValue($0) }
        let answer = try await send(.POST, "/api/orchestration/agents/\(agent)/claim", .object(body))
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.json["tasks"]?.arrayValue ?? []
    }
}
