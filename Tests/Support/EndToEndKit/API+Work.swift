package import NIOHTTP1
package import NovaContract
import Testing

extension API {
    /// What a request that is to succeed is answered.
    package func done(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        // As long as it takes: the machine may have other things to do.
        let answer = try await send(method, path, body, headers: [("Prefer", "wait=55")])
        #expect(answer.status == 200, "\(method) \(path): \(answer.text)")
        return try answer.json
    }

    /// Claims one task for an agent; waits on the server where there is none.
    package func claim(_ agent: String, wait: Int = 0, lease: Int? = nil) async throws -> [JSONValue] {
        var body: JSONObject = ["wait": JSONValue(wait)]
        body["lease"] = lease.map { JSONValue($0) }
        let answer = try await send(.POST, "/api/orchestration/agents/\(agent)/claim", .object(body))
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.json["tasks"]?.arrayValue ?? []
    }
}
