import NovaClient

/// Submits flows over HTTP, trivial ones if nothing else is said.
struct CommandClient {
    private static let body = Array(
        """
        {"parameters":{"steps":[{"id":"extract","duration":3},\
        {"id":"transform","duration":2,"dependencies":["extract"]},\
        {"id":"load","duration":1,"dependencies":["transform"]}]}}
        """.utf8
    )

    let client: NovaClient

    init(port: Int) throws { client = try NovaServer.client(port: port) }

    /// - Returns: the job's id, once the gateway has answered.
    func submit(flow: Int, prefer: NovaClient.Preference) async throws -> String {
        try await submit(id: "bench-\(flow)", Self.body, prefer: prefer)
    }

    /// The same with another flow.
    func submit(id: String, _ body: [UInt8], prefer: NovaClient.Preference) async throws -> String {
        let answer = try await client.exchange(
            .post,
            "/api/orchestration/flows/\(id)/optimize",
            body: .bytes(body, contentType: "application/json"),
            options: .init(preference: prefer, timeout: .seconds(10))
        )
        let expected = prefer == .respondAsync ? 202 : 200
        guard answer.status == expected, let jobID = try answer.json["job_id"]?.string else {
            throw BenchError("answered \(answer.status): \(String(decoding: answer.bytes, as: UTF8.self))")
        }
        return jobID
    }
}
