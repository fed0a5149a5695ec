import NovaContract
import WebSocketClient

/// Hears on a WebSocket which jobs have ended.
struct CompletionFeed {
    private let socket: WebSocketConnection

    /// Subscribes to all jobs of the key.
    init(_ socket: WebSocketConnection) async throws {
        self.socket = socket
        try await socket.send(text: #"{"type":"subscribe","channels":["jobs"]}"#)
        while try await next()["type"]?.stringValue != "subscribed" {}
    }

    /// Returns when the event comes; what else comes before it is passed over.
    func completed(_ jobID: String) async throws {
        while true {
            let message = try await next()
            guard message["data"]?["job_id"]?.stringValue == jobID else { continue }
            switch message["event"]?.stringValue {
            case "job.completed": return
            case "job.failed": throw BenchError("the job failed: \(message.jsonString)")
            default: continue
            }
        }
    }

    private func next() async throws -> JSONValue {
        guard case .text(let text)? = try await socket.receive() else { throw BenchError("the WebSocket ended") }
        let message = try JSONValue(parsing: text)
        if message["type"]?.stringValue == "error" { throw BenchError("the WebSocket says: \(text)") }
        return message
    }
}
