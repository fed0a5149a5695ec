import NovaContract
import Testing
import WebSocketClient

@testable import Gateway

/// What happens on the connection itself.
@Suite("Upgrade", .timeLimit(.minutes(2)))
struct UpgradeTests {
    private static func handshake(_ secret: String, version: String = "13") -> String {
        "GET /api/ws HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: \(version)\r\n\r\n"
    }

    @Test("The second request of a connection upgrades, also when it is sent before the first is answered")
    func secondRequest() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let first = "GET /health HTTP/1.1\r\nHost: nova\r\n\r\n"
            for isPipelined in [false, true] {
                try await RawConnection.run(port: stage.port) { reader, send in
                    if isPipelined {
                        try await send(first + Self.handshake(secret))
                    } else {
                        try await send(first)
                        _ = try await reader.read(until: "healthy")
                        try await send(Self.handshake(secret))
                    }
                    let text = try await reader.read(until: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    #expect(text.hasPrefix("HTTP/1.1 200"))
                    #expect(text.contains("HTTP/1.1 101"))
                    // A ping, masked with zeros; and its pong.
                    reader.forget()
                    try await send([0x89, 0x82, 0, 0, 0, 0, 0x68, 0x69])
                    #expect(try await reader.read(until: "hi") == "\u{FFFD}\u{2}hi")
                }
            }
        }
    }

    @Test("Without a key the answer is 401, and the connection ends in order")
    func refusedOnTheWire() async throws {
        try await Stage.run { stage in
            let answer = try await stage.exchange(Self.handshake("nova_wrong"))
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(answer.contains("AUTHENTICATION_ERROR"))
        }
    }

    @Test("A wrong version is 400 and hears of 13; a POST and a handshake with a body are no handshakes")
    func notAHandshake() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let old = try await stage.exchange(Self.handshake(secret, version: "8"))
            #expect(old.hasPrefix("HTTP/1.1 400"))
            #expect(old.lowercased().contains("sec-websocket-version: 13"))

            let post = Self.handshake(secret).replacing("GET", with: "POST")
            #expect(try await stage.exchange(post).hasPrefix("HTTP/1.1 405"))

            let body = Self.handshake(secret).replacing(
                "Upgrade: websocket",
                with: "Upgrade: websocket\r\nContent-Length: 2"
            )
            #expect(try await stage.exchange(body + "{}").hasPrefix("HTTP/1.1 400"))

            let key = Self.handshake(secret).replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short")
            #expect(try await stage.exchange(key).hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("Other upgrades are not ours: the request is served as if it had not asked")
    func otherUpgrade() async throws {
        try await Stage.run { stage in
            let request =
                "GET /health HTTP/1.1\r\nHost: nova\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
            let answer = try await stage.exchange(request)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.contains("healthy"))
            // NIO reads no further request on such a connection; the client is told, and not left to wait.
            #expect(answer.lowercased().contains("connection: close"))

            let secret = try await stage.key()
            let elsewhere = Self.handshake(secret).replacing("/api/ws", with: "/health")
            #expect(try await stage.exchange(elsewhere).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("An Upgrade field without Connection: upgrade is nothing, and the connection goes on")
    func upgradeWithoutConnection() async throws {
        try await Stage.run { stage in
            try await RawConnection.run(port: stage.port) { reader, send in
                let request = "GET /health HTTP/1.1\r\nHost: nova\r\nUpgrade: websocket\r\n\r\n"
                for _ in 0..<2 {
                    try await send(request)
                    #expect(try await reader.read(until: "healthy").hasPrefix("HTTP/1.1 200"))
                    reader.forget()
                }
            }
        }
    }

    @Test("A client that goes away while its handshake is decided leaves nothing behind")
    func goneMeanwhile() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            for _ in 0..<50 {
                try await RawConnection.run(port: stage.port) { _, send in try await send(Self.handshake(secret)) }
            }
            try await stage.waitUntil { stage.hub.socketCount == 0 }
        }
    }
}
