import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NovaContract

/// Submits flows over HTTP, trivial ones if nothing else is said.
struct CommandClient {
    private static let body = ByteBuffer(
        string: """
            {"parameters":{"steps":[{"id":"extract","duration":3},\
            {"id":"transform","duration":2,"dependencies":["extract"]},\
            {"id":"load","duration":1,"dependencies":["transform"]}]}}
            """
    )

    let port: Int

    /// - Returns: the job's id, once the gateway has answered.
    func submit(flow: Int, prefer: String) async throws -> String {
        try await submit(id: "bench-\(flow)", Self.body, prefer: prefer)
    }

    /// The same with another flow.
    func submit(id: String, _ body: ByteBuffer, prefer: String) async throws -> String {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/orchestration/flows/\(id)/optimize")
        request.method = .POST
        request.headers = ["X-API-Key": NovaServer.apiKey, "Content-Type": "application/json", "Prefer": prefer]
        request.body = .bytes(body)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let answer = try await response.body.collect(upTo: 1 << 20)
        let expected = prefer == "respond-async" ? 202 : 200
        guard response.status.code == expected,
            let jobID = try JSONValue(parsing: answer.readableBytesView)["job_id"]?.stringValue
        else { throw BenchError("answered \(response.status): \(String(buffer: answer))") }
        return jobID
    }
}
