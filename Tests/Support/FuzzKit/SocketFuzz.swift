import AsyncPrimitives
import DocumentKit
import NovaContract
import NovaTestKit
import WebSocketClient

/// Sends changed messages over a WebSocket and judges what comes back.
struct SocketFuzz: Sendable {
    private let maker: RequestMaker
    private let samples: SampleMaker
    private let sent: [JSONValue]
    private let received: [String: JSONSchema]

    private static let clientMessages = [
        "subscribe", "unsubscribe", "ping", "analyticsRequest", "work", "stopWork", "heartbeat", "progress", "complete",
        "fail",
        "release",
    ]

    /// - Parameter document: AsyncAPI 3.
    init(document: JSONValue, maker: RequestMaker) throws {
        self.maker = maker
        let messages = document["components"]?["messages"] ?? [:]
        samples = SampleMaker(components: document["components"] ?? [:])
        sent = Self.clientMessages.compactMap { messages[$0]?["payload"] }
        let library = SchemaLibrary(document: document)
        var received: [String: JSONSchema] = [:]
        for (name, message) in messages.objectValue?.sortedMembers ?? [] where !Self.clientMessages.contains(name) {
            guard let payload = message["payload"], let type = payload["properties"]?["type"]?["const"]?.stringValue
            else { continue }
            received[type] = try library.schema(payload)
        }
        self.received = received
    }

    /// Sends `count` messages over one connection, each followed by a ping whose answer must come.
    ///
    /// - Returns: what is wrong, with the last message; nil: nothing. A message beyond all bounds may end the connection
    ///   (1009), and one that is not text at all (1003, 1007).
    func run(url: String, key: String, count: Int, _ random: inout SplitMix64) async throws -> (
        fault: String, message: String
    )? {
        var last = ""
        do {
            return try await WebSocketClient.connect(url: url, headers: [("X-API-Key", key)], maxFrameBytes: 8 << 20) {
                connection in
                for number in 0..<count {
                    let bytes = message(&random).bytes
                    last = String(decoding: bytes, as: UTF8.self)
                    try await connection.send(text: last)
                    try await connection.send(text: "{\"type\":\"ping\",\"ref\":\"p\(number)\"}")
                    while true {
                        guard let answer = try await Self.answer(connection) else {
                            return ("no answer in \(Oracle.patience) s", last.cut(toBytes: 2_000))
                        }
                        switch answer {
                        case .close(let code, _):
                            let isAllowed = [1_009, 1_003, 1_007].contains(code)
                            return isAllowed ? nil : ("closed with \(code)", last.cut(toBytes: 2_000))
                        case .text(let text):
                            if let fault = fault(of: text) { return (fault, last.cut(toBytes: 2_000)) }
                            if text.contains("\"ref\":\"p\(number)\"") { break }
                            continue
                        default: continue
                        }
                        break
                    }
                }
                return nil
            }
        } catch let error as WebSocketClientError {
            return ("the connection broke: \(error)", last.cut(toBytes: 2_000))
        }
    }

    /// The next message, or nil where none comes in time; the end of the connection is a close with 1006.
    private static func answer(_ connection: WebSocketConnection) async throws -> WebSocketMessage? {
        do {
            // Patience, not a signal: that nothing comes is what is looked for.
            return try await withDeadline(.seconds(Oracle.patience)) {
                try await connection.receive() ?? .close(code: 1_006, reason: "")
            }
        } catch is DeadlineExceeded {
            return nil
        }
    }

    private func message(_ random: inout SplitMix64) -> FuzzValue {
        var value = FuzzValue(samples.value(sent[random.below(sent.count)], &random))
        for _ in 0..<random.below(3) { value = maker.changed(value, &random) }
        return value
    }

    private func fault(of text: String) -> String? {
        if text.contains(Oracle.secret) { return "what is another owner's: \(text.cut(toBytes: 600))" }
        let value: JSONValue
        do throws(JSONReadError) {
            value = try JSONValue(parsing: text)
        } catch {
            return "a message that is not JSON: \(error)"
        }
        guard let type = value["type"]?.stringValue, let schema = received[type] else {
            return "a message of a type that the document does not have: \(text.cut(toBytes: 600))"
        }
        if type == "error", let status = value["error"]?["code"]?.stringValue,
            ["SERVICE_ERROR", "SERVICE_UNAVAILABLE"].contains(status)
        {
            return "an error of the server's: \(text.cut(toBytes: 600))"
        }
        return schema.faults(of: value).first.map {
            "a message that is not what the document says: \($0); it is \(text.cut(toBytes: 600))"
        }
    }
}
