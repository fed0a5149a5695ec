import NovaContract
import NovaStore
import Testing
import WebSocketClient

@testable import Gateway

@Suite("Handshake", .timeLimit(.minutes(2)))
struct HandshakeTests {
    @Test("The key comes by header, by bearer, by subprotocol or by ticket; the answer picks `nova`")
    func credentials() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            for headers in [[("X-API-Key", secret)], [("Authorization", "Bearer \(secret)")]] {
                try await WebSocketClient.connect(url: stage.url, headers: headers) { connection in
                    try await connection.expectSilence()
                    #expect(connection.subprotocol == nil)
                    #expect(connection.responseHeaders.contains { $0.name.lowercased() == "x-request-id" })
                    #expect(!connection.responseHeaders.contains { $0.name.lowercased() == "sec-websocket-extensions" })
                }
            }
            var options = WebSocketOptions()
            options.subprotocols = ["nova", "nova.key.\(secret)"]
            try await WebSocketClient.connect(url: stage.url, options: options) { connection in
                try await connection.expectSilence()
                #expect(connection.subprotocol == "nova")
            }
            let ticket = try await stage.store.tickets.issue(
                keyHash: APIKeySecret.hash(secret),
                lifetime: .seconds(30)
            )
            try await WebSocketClient.connect(url: stage.url + "?ticket=\(ticket)") { connection in
                try await connection.expectSilence()
            }
            try await stage.expectRefusal(url: stage.url + "?ticket=\(ticket)", status: 401, "AUTHENTICATION_ERROR")
        }
    }

    @Test("The older path serves the same")
    func olderPath() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let url = "ws://127.0.0.1:\(stage.port)/api/analytics/ws"
            try await WebSocketClient.connect(url: url, headers: [("X-API-Key", secret)]) { connection in
                try await connection.expectSilence()
            }
        }
    }

    @Test("Refused before the upgrade, as a problem document, without hanging")
    func refusals() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let past = try await stage.key(expiresAt: Timestamp.milliseconds() - 1_000)
            try await stage.expectRefusal(url: stage.url, status: 401, "AUTHENTICATION_ERROR")
            for wrong in ["nova_wrong", past, ""] {
                try await stage.expectRefusal([("X-API-Key", wrong)], status: 401, "AUTHENTICATION_ERROR")
            }
            try await stage.expectRefusal(
                [("Sec-WebSocket-Protocol", "nova, nova.key.wrong")],
                status: 401,
                "AUTHENTICATION_ERROR"
            )
            try await stage.expectRefusal(
                [("X-API-Key", secret)],
                url: "ws://127.0.0.1:\(stage.port)/api/elsewhere",
                status: 404,
                "RESOURCE_NOT_FOUND"
            )
        }
    }

    @Test(
        "Subprotocols of which none can be chosen are refused where a browser would fail on it",
        arguments: [
            [("Sec-WebSocket-Protocol", "nova.key.SECRET")], [("Sec-WebSocket-Protocol", "chat, nova.key.SECRET")],
            [("Sec-WebSocket-Protocol", "chat"), ("X-API-Key", "SECRET"), ("Origin", "http://127.0.0.1:PORT")],
        ]
    )
    func noSubprotocol(fields: [(String, String)]) async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let headers = fields.map {
                ($0.0, $0.1.replacing("SECRET", with: secret).replacing("PORT", with: "\(stage.port)"))
            }
            let refusal = try await stage.expectRefusal(headers, status: 400, "VALIDATION_ERROR")
            #expect(refusal.body.contains("nova, nova.key.KEY"))
        }
    }

    @Test("The sockets of one owner are bounded, whatever keys they come by")
    func socketsOfAnOwner() async throws {
        try await Stage.run({ $0.maximumSocketsPerOwner = 2 }) { stage in
            let keys = [
                try await stage.key(owner: "a"), try await stage.key(owner: "a"), try await stage.key(owner: "a"),
            ]
            let other = try await stage.key(owner: "b")
            try await stage.connect(keys[0]) { _ in
                try await stage.connect(keys[1]) { _ in
                    let refusal = try await stage.expectRefusal(
                        [("X-API-Key", keys[2])],
                        status: 429,
                        "RATE_LIMIT_EXCEEDED"
                    )
                    #expect(refusal.header("Retry-After") != nil)
                    let details = try JSONValue(parsing: refusal.body)["error"]?["details"]?.arrayValue ?? []
                    #expect(details.first?["pointer"] == "/websocket.maximum_sockets_per_owner")
                    try await stage.connect(other) { try await $0.expectSilence() }
                }
            }
            try await stage.waitUntil { stage.hub.socketCount == 0 }
            try await stage.connect(keys[2]) { try await $0.expectSilence() }
        }
    }

    @Test("A field in which a client pretends to be refused means nothing")
    func forgedRefusal() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let headers = [("X-API-Key", secret), ("X-Nova-Handshake-Refusal", #"{"code":"CONFLICT","message":"x"}"#)]
            try await WebSocketClient.connect(url: stage.url, headers: headers) { try await $0.expectSilence() }
            let answer = try await stage.exchange(
                "GET /api/ws HTTP/1.1\r\nHost: nova\r\nX-API-Key: \(secret)\r\n"
                    + "X-Nova-Handshake-Refusal: {\"code\":\"CONFLICT\",\"message\":\"x\"}\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("VALIDATION_ERROR"))
        }
    }

    @Test("Browsers of other sites cannot use a ticket or a subprotocol, and do not spend the ticket")
    func origins() async throws {
        try await Stage.run({ $0.allowedOrigins = ["https://app.example"] }) { stage in
            let secret = try await stage.key()
            let ticket = try await stage.store.tickets.issue(
                keyHash: APIKeySecret.hash(secret),
                lifetime: .seconds(30)
            )
            let url = stage.url + "?ticket=\(ticket)"
            try await stage.expectRefusal(
                [("Origin", "https://evil.example")],
                url: url,
                status: 403,
                "PERMISSION_DENIED"
            )
            try await WebSocketClient.connect(url: url, headers: [("Origin", "https://app.example")]) {
                try await $0.expectSilence()
            }
            let second = try await stage.store.tickets.issue(keyHash: APIKeySecret.hash(secret), lifetime: .seconds(30))
            try await WebSocketClient.connect(
                url: stage.url + "?ticket=\(second)",
                headers: [("Origin", "http://127.0.0.1:\(stage.port)")]
            ) { try await $0.expectSilence() }
        }
    }

    @Test("Handshakes have a budget, and sockets a bound for each key and for the gateway")
    func bounds() async throws {
        try await Stage.run({
            $0.budgets.webSocketLimit = 5
            $0.maximumSockets = 2
            $0.maximumSocketsPerKey = 1
        }) { stage in
            let first = try await stage.key(owner: "a")
            let second = try await stage.key(owner: "b")
            let third = try await stage.key(owner: "c")
            try await stage.connect(first) { _ in
                try await stage.expectRefusal([("X-API-Key", first)], status: 429, "RATE_LIMIT_EXCEEDED")
                try await stage.connect(second) { _ in
                    try await stage.expectRefusal([("X-API-Key", third)], status: 503, "SERVICE_UNAVAILABLE")
                }
                for _ in 0..<3 {
                    try await stage.expectRefusal([("X-API-Key", first)], status: 429, "RATE_LIMIT_EXCEEDED")
                }
                let refusal = try await stage.expectRefusal([("X-API-Key", first)], status: 429, "RATE_LIMIT_EXCEEDED")
                #expect(refusal.header("Retry-After") != nil)
            }
        }
    }
}

extension Stage {
    @discardableResult
    func expectRefusal(
        _ headers: [(String, String)] = [],
        url: String? = nil,
        status: Int,
        _ code: String
    ) async throws -> WebSocketRefusal {
        do {
            try await WebSocketClient.connect(url: url ?? self.url, headers: headers) { _ in }
        } catch WebSocketClientError.refused(let refusal) {
            #expect(refusal.status == status)
            #expect(refusal.header("Content-Type") == "application/problem+json")
            let body = try JSONValue(parsing: refusal.body)
            #expect(body["error"]?["code"]?.stringValue == code)
            return refusal
        }
        throw Closed(code: 0, reason: "was not refused")
    }
}
