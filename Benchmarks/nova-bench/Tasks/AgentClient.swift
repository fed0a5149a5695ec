import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NovaContract

/// Speaks to a gateway as an agent does.
struct AgentClient: Sendable {
    let port: Int
    let http: HTTPClient

    /// - Throws: `BenchError` for every answer but 200.
    @discardableResult
    func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/orchestration\(path)")
        request.method = method
        request.headers = ["X-API-Key": NovaServer.apiKey, "Content-Type": "application/json", "Prefer": "wait=60"]
        if let body { request.body = .bytes(ByteBuffer(bytes: body.jsonBytes)) }
        let response = try await http.execute(request, timeout: .seconds(90))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok else {
            throw BenchError("\(method) \(path): \(response.status): \(String(buffer: bytes))")
        }
        return try JSONValue(parsing: bytes.readableBytesView)
    }
}
