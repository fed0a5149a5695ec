import NovaContract
import Testing
import WebSocketClient

@testable import Gateway
@testable import NovaAPI

/// RFC 6455, as a server has to keep it.
@Suite("WebSocket protocol", .timeLimit(.minutes(2)))
struct ProtocolTests {
    @Test("A message over the limit is told so with its ref, whole or in fragments; one far beyond closes with 1009")
    func tooLarge() async throws {
        try await Stage.run({ $0.maximumMessageBytes = 1_024 }) { stage in
            let secret = try await stage.key()
            let large = Array((#"{"type":"ping","ref":"large"}"# + String(repeating: " ", count: 1_100)).utf8)
            try await stage.connect(secret) { connection in
                try await connection.send(opcode: 1, payload: large)
                try await connection.send(opcode: 1, payload: Array(large[..<700]), isFinal: false)
                try await connection.send(opcode: 0, payload: Array(large[700...]))
                for _ in 0..<2 {
                    let frame = try await connection.frame()
                    #expect(frame.errorCode == "PAYLOAD_TOO_LARGE")
                    #expect(frame.json["ref"] == "large")
                }
                try await connection.expectSilence()
                try await connection.send(text: String(repeating: "x", count: 8_193))
                #expect(try await connection.closed().code == 1_009)
            }
            try await stage.connect(secret) { connection in
                let part = [UInt8](repeating: 0x20, count: 4_100)
                try await connection.send(opcode: 1, payload: part, isFinal: false)
                try await connection.send(opcode: 0, payload: part, isFinal: false)
                #expect(try await connection.closed().code == 1_009)
            }
            try await stage.connect(secret) { connection in
                let padding = String(repeating: " ", count: 1_000)
                try await connection.send(text: #"{"type":"ping"}"# + padding)
                #expect(try await connection.frame().type == "pong")
            }
        }
    }

    @Test("What all sockets hold of large messages is bounded, and comes back")
    func messagesInFlight() async throws {
        let change: (inout WebSocketConfiguration) -> Void = { $0.maximumMessageBytesInFlight = 300_000 }
        try await Stage.run(change) { stage in
            let secret = try await stage.key()
            let part = [UInt8](repeating: 0x20, count: 200_000)
            try await stage.connect(secret) { first in
                try await first.send(opcode: 1, payload: part, isFinal: false)
                try await stage.waitUntil { stage.hub.memory.bytesInUse > 100_000 }
                try await stage.connect(secret) { second in
                    try await second.send(opcode: 1, payload: part + part, isFinal: false)
                    #expect(try await second.closed() == Closed(code: 1_013, reason: "too many large messages at once"))
                }
                try await first.send(opcode: 0, payload: Array(#"{"type":"ping"}"#.utf8))
                #expect(try await first.frame().type == "pong")
                try await stage.waitUntil { stage.hub.memory.bytesInUse == 0 }
                for _ in 0..<10 {
                    try await first.send(opcode: 1, payload: part + Array(#"{"type":"ping"}"#.utf8))
                    #expect(try await first.frame().type == "pong")
                }
            }
        }
    }

    @Test("What is not UTF-8 closes with 1007, what is not text with 1003")
    func notText() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                try await connection.send(opcode: 1, payload: [0xC3, 0x28])
                #expect(try await connection.closed().code == 1_007)
            }
            try await stage.connect(secret) { connection in
                try await connection.send(binary: [1, 2, 3])
                #expect(try await connection.closed().code == 1_003)
            }
            // A character cut in two by a fragment is whole in the message.
            try await stage.connect(secret) { connection in
                let text = Array(#"{"type":"ping","x-note":"é"}"#.utf8)
                let cut = text.firstIndex(of: 0xA9) ?? 0
                try await connection.send(opcode: 1, payload: Array(text[..<cut]), isFinal: false)
                try await connection.ping()
                try await connection.send(opcode: 0, payload: [], isFinal: false)
                try await connection.send(opcode: 0, payload: Array(text[cut...]))
                #expect(try await connection.frame().type == "pong")
            }
        }
    }

    @Test("What breaks the protocol closes with 1002", arguments: 0..<5)
    func protocolErrors(_ index: Int) async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                switch index {
                case 0: try await connection.send(opcode: 1, payload: Array("{}".utf8), isMasked: false)
                case 1: try await connection.send(opcode: 0, payload: [0x7B])
                case 2: try await connection.send(opcode: 11, payload: [])
                case 3: try await connection.send(opcode: 9, payload: [], isFinal: false)
                default:
                    try await connection.send(opcode: 1, payload: [0x7B], isFinal: false)
                    try await connection.send(opcode: 1, payload: [0x7D])
                }
                #expect(try await connection.closed().code == 1_002)
            }
        }
    }

    @Test("A close is answered with its own code")
    func closing() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                await connection.close(code: 3_456, reason: "done")
                let closed = try await connection.closed()
                #expect(closed.code == 3_456)
            }
            try await stage.connect(secret) { connection in
                try await connection.send(opcode: 8, payload: [0x00, 0x01])
                #expect(try await connection.closed().code == 1_002)
            }
            try await stage.waitUntil { stage.hub.socketCount == 0 }
        }
    }

    @Test("A peer that answers no ping is given up; one that does is kept")
    func deadPeer() async throws {
        try await Stage.run({
            $0.pingInterval = .milliseconds(50)
            $0.pongTimeout = .seconds(3)
        }) { stage in
            let secret = try await stage.key()
            // The first client answers pings by itself while the silent one beside it is given up.
            try await stage.connect(secret) { alive in
                try await RawConnection.run(port: stage.port) { reader, send in
                    try await send(
                        "GET /api/ws HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Sec-WebSocket-Version: 13\r\n\r\n"
                    )
                    #expect(try await reader.readAll().contains("no answer to a ping"))
                }
                try await alive.expectSilence()
            }
        }
    }

    @Test("What is asked wrongly is told, and the socket stays open")
    func errorsStayOpen() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key(permissions: ["flows:read"], domains: ["professional"])
            try await stage.connect(secret) { connection in
                let wrong = [
                    "no json", "[]", #""text""#, "{}", #"{"type":"dance"}"#, #"{"type":7}"#, #"{"type":"subscribe"}"#,
                    #"{"type":"subscribe","channels":[]}"#, #"{"type":"subscribe","channels":["everything"]}"#,
                    #"{"type":"subscribe","channels":["flow:a"],"after":"yesterday"}"#,
                    #"{"type":"unsubscribe","channels":"flow:a"}"#, #"{"type":"behavioral","flow_id":""}"#,
                ]
                for text in wrong {
                    try await connection.send(text: text)
                    let frame = try await connection.frame()
                    #expect(frame.type == "error" && frame.errorCode == "VALIDATION_ERROR", "\(text): \(frame.json)")
                }
                for text in [
                    #"{"type":"subscribe","channels":["jobs"]}"#, #"{"type":"behavioral"}"#,
                    #"{"type":"subscribe","channels":["flow:a"],"domain":"personal"}"#,
                ] {
                    try await connection.send(text: text)
                    #expect(try await connection.frame().errorCode == "PERMISSION_DENIED")
                }
                try await connection.expectSilence()
            }
        }
    }

    @Test("An analytics request is answered with what was recorded")
    func analytics() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                try await connection.send(["type": "behavioral", "flow_id": "nightly"])
                let frame = try await connection.frame()
                #expect(frame.type == "analytics_update")
                for member in ["analytics", "insights", "confidence", "timestamp"] {
                    #expect(frame.json[member] != nil)
                }
            }
        }
    }

    @Test("Messages have a budget; over it they are refused and the socket stays")
    func messageBudget() async throws {
        try await Stage.run({ $0.budgets.webSocketLimit = 4 }) { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                for _ in 0..<3 { try await connection.expectSilence() }
                try await connection.send(["type": "ping"])
                let frame = try await connection.frame()
                #expect(frame.errorCode == "RATE_LIMIT_EXCEEDED")
                #expect(frame.json["error"]?["retry_after"]?.intValue != nil)
            }
        }
    }

    @Test("A burst of messages is worked on in order, one after the other; too large a burst is refused")
    func bursts() async throws {
        try await Stage.run({ $0.maximumWaitingMessages = 200 }) { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                for number in 0..<100 {
                    let type = number.isMultiple(of: 2) ? "ping" : "dance"
                    try await connection.send(["type": .string(type)])
                }
                for number in 0..<100 {
                    #expect(try await connection.frame().type == (number.isMultiple(of: 2) ? "pong" : "error"))
                }
            }
            try await RawConnection.run(port: stage.port) { reader, send in
                try await send(
                    "GET /api/ws HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n"
                )
                _ = try await reader.read(until: "\r\n\r\n")
                let message: [UInt8] = [0x81, 0x82, 0, 0, 0, 0, 0x7B, 0x7D]
                try await send((0..<2_000).flatMap { _ in message })
                #expect(try await reader.readAll().contains("too many messages at once"))
            }
        }
    }
}
