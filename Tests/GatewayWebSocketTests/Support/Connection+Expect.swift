import NovaContract
import Testing
import WebSocketClient

/// A frame of the server, read.
struct Frame: Sendable {
    let json: JSONValue
    var type: String { json["type"]?.stringValue ?? "" }
    var id: EventID? { json["id"]?.stringValue.flatMap { EventID($0) } }
    var channel: String { json["channel"]?.stringValue ?? "" }
    var event: String { json["event"]?.stringValue ?? "" }
    var errorCode: String { json["error"]?["code"]?.stringValue ?? "" }
    var jobID: String { json["data"]?["job_id"]?.stringValue ?? "" }
    var step: Int? { json["data"]?["progress"]?["details"]?["step"]?.intValue }
}

struct Closed: Error, Equatable {
    let code: UInt16
    let reason: String

    /// The id in the reason of the close, to go on from.
    var place: EventID? { reason.split(separator: "after=").last.flatMap { EventID($0) } }
}

extension WebSocketConnection {
    func send(_ value: JSONValue) async throws { try await send(text: value.jsonString) }

    /// The next text.
    ///
    /// Throws `Closed` where the server closes instead.
    func frame() async throws -> Frame {
        switch try await receive() {
        case .text(let text): return Frame(json: try JSONValue(parsing: text))
        case .close(let code, let reason): throw Closed(code: code, reason: reason)
        case .binary, nil: throw Closed(code: 0, reason: "no text")
        }
    }

    /// Subscribes and returns the acknowledgement's place.
    @discardableResult
    func subscribe(_ channels: [String], after: EventID? = nil, domain: String? = nil) async throws -> EventID {
        var message: JSONObject = ["type": "subscribe", "channels": JSONValue(channels)]
        if let after { message["after"] = .string(after.description) }
        if let domain { message["domain"] = .string(domain) }
        try await send(.object(message))
        let answer = try await frame()
        try #require(answer.type == "subscribed", "\(answer.json)")
        #expect(answer.json["channels"] == JSONValue(channels))
        return try #require(answer.json["last_id"]?.stringValue.flatMap { EventID($0) })
    }

    /// The next `count` frames, which must all be events.
    func events(_ count: Int) async throws -> [Frame] {
        var frames: [Frame] = []
        while frames.count < count {
            let frame = try await frame()
            try #require(frame.type == "event", "\(frame.json)")
            frames.append(frame)
        }
        return frames
    }

    /// Reads up to the close.
    func closed() async throws -> Closed {
        while true {
            do { _ = try await frame() } catch let closed as Closed { return closed }
        }
    }

    /// Proves that nothing else was sent before the answer to a ping.
    func expectSilence() async throws {
        try await send(["type": "ping"])
        let frame = try await frame()
        #expect(frame.type == "pong", "\(frame.json)")
    }
}
