import NovaContract
import Testing
import WebSocketClient

@testable import Gateway

/// What clients say over sockets: every answer says back their `ref`, and nothing they say is passed over.
@Suite("Messages", .timeLimit(.minutes(2)))
struct MessageTests {
    /// A message of each type, with the members it must have.
    private static let samples: [JSONObject] = [
        ["type": "ping"], ["type": "subscribe", "channels": ["jobs"]], ["type": "unsubscribe", "channels": ["jobs"]],
        ["type": "behavioral", "flow_id": "nightly"], ["type": "work", "agent_id": "a"],
        ["type": "heartbeat", "agent_id": "a"], ["type": "progress", "agent_id": "a", "task_id": "t", "token": 1],
        ["type": "complete", "agent_id": "a", "task_id": "t", "token": 1],
        ["type": "fail", "agent_id": "a", "task_id": "t", "token": 1],
        ["type": "release", "agent_id": "a", "task_id": "t", "token": 1], ["type": "stop_work", "agent_id": "a"],
    ]

    private func withSocket(_ body: @escaping @Sendable (WebSocketConnection) async throws -> Void) async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { try await body($0) }
        }
    }

    @Test("Every answer says back the ref, errors too")
    func refs() async throws {
        try await withSocket { connection in
            for (number, sample) in Self.samples.enumerated() {
                // The reports wait for Kafka, which is not there.
                guard !["complete", "fail", "release"].contains(sample["type"]?.stringValue ?? "") else { continue }
                var message = sample
                message["ref"] = .string("r\(number)")
                try await connection.send(.object(message))
                let frame = try await connection.frame()
                #expect(frame.json["ref"] == .string("r\(number)"), "\(message): \(frame.json)")
            }
            let wrong = [
                #"{"type":"dance","ref":"w"}"#, #"{"ref":"w"}"#, #"{"type":"subscribe","ref":"w"}"#,
                #"{"type":"work","agent_id":7,"ref":"w"}"#, #"{"type":"ping","type":"ping","ref":"w"}"#,
                #"{"type":"complete","ref":"w","agent_id":"a","task_id":"t"}"#,
            ]
            for text in wrong {
                try await connection.send(text: text)
                let frame = try await connection.frame()
                #expect(frame.errorCode == "VALIDATION_ERROR", "\(text): \(frame.json)")
                #expect(frame.json["ref"] == "w", "\(text): \(frame.json)")
            }
            // None that is not as it must be: it would be taken for another one.
            for ref in [JSONValue(7), .string(String(repeating: "r", count: 201))] {
                try await connection.send(["type": "ping", "ref": ref])
                let frame = try await connection.frame()
                #expect(frame.errorCode == "VALIDATION_ERROR")
                #expect(frame.json["ref"] == nil)
            }
        }
    }

    @Test("A member that is not known is refused, with what was meant; one that begins with x- is the client's own")
    func unknownMembers() async throws {
        try await withSocket { connection in
            for sample in Self.samples {
                var message = sample
                message["domian"] = "d"
                message["nonsense"] = 1
                try await connection.send(.object(message))
                let frame = try await connection.frame()
                #expect(frame.errorCode == "VALIDATION_ERROR", "\(sample): \(frame.json)")
                let pointers = frame.json["error"]?["details"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue }
                #expect(pointers == ["/domian", "/nonsense"], "\(sample)")
                if sample["type"] != "ping" {
                    #expect(frame.json.jsonString.contains(#"did you mean \"domain\"?"#), "\(sample)")
                }
            }
            try await connection.send(["type": "subscirbe", "channels": ["jobs"]])
            #expect(try await connection.frame().json.jsonString.contains(#"did you mean \"subscribe\"?"#))
            try await connection.send(["type": "ping", "x-trace": ["any": "thing"]])
            #expect(try await connection.frame().type == "pong")
        }
    }

    @Test("No number ends the gateway, or is taken for another")
    func extremeNumbers() async throws {
        let numbers = [
            "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "18446744073709551615",
            "-9223372036854775808.0", "1e308", "-1e308", "1e999", "5e-324", "-0", "-0.0", "0",
            String(repeating: "9", count: 10_000),
        ]
        let places = [
            #"{"type":"work","agent_id":"a","lease":N}"#, #"{"type":"ping","ref":N}"#, #"{"type":N}"#,
            #"{"type":"heartbeat","agent_id":"a","tasks":[{"task_id":"t","token":N}]}"#,
            #"{"type":"progress","agent_id":"a","task_id":"t","token":N,"fraction":0.5}"#,
            #"{"type":"progress","agent_id":"a","task_id":"t","token":1,"fraction":N}"#,
            #"{"type":"complete","agent_id":"a","task_id":"t","token":N,"result":N}"#,
            #"{"type":"complete","agent_id":"a","task_id":"t","token":0,"usage":{"tokens":N}}"#,
            #"{"type":"fail","agent_id":"a","task_id":"t","token":N,"retry":N}"#,
            #"{"type":"subscribe","channels":[N]}"#, #"{"type":"subscribe","channels":["jobs"],"after":N}"#,
            #"{"type":"behavioral","flow_id":N}"#,
        ]
        try await withSocket { connection in
            for place in places {
                for number in numbers where !(place.contains("complete") && number.hasSuffix("7")) {
                    try await connection.send(text: place.replacing("N", with: number))
                    let frame = try await connection.frame()
                    let isTaken = ["heartbeat"].contains(frame.type)
                    #expect(frame.type == "error" || isTaken, "\(place) \(number.prefix(40)): \(frame.json)")
                    #expect(frame.errorCode != "SERVICE_ERROR", "\(place) \(number.prefix(40)): \(frame.json)")
                }
            }
            try await connection.expectSilence()
        }
    }

    @Test("An empty text, a NUL, lone surrogates and a byte order mark are told, and the socket stays open")
    func oddTexts() async throws {
        try await withSocket { connection in
            for text in ["", " ", "\0", #"{"type":"ping"}\#0"#, #"{"type":"\ud800"}"#, "\u{FEFF}{}", "nul", "[[[["] {
                try await connection.send(text: text)
                #expect(try await connection.frame().errorCode == "VALIDATION_ERROR", "\(text.debugDescription)")
            }
            try await connection.send(text: String(repeating: "[", count: 100_000))
            #expect(try await connection.frame().errorCode == "VALIDATION_ERROR")
            try await connection.expectSilence()
        }
    }
}
