import NIOCore
import NIOPosix
import Testing

@testable import WebSocketClient

@Suite("getting a WebSocket, or being told why not", .timeLimit(.minutes(2)))
struct HandshakeTests {
    @Test("an upgrade with headers and a subprotocol")
    func upgrade() async throws {
        try await TestServer.run { server in
            var options = WebSocketOptions()
            options.subprotocols = ["nova.v1", "nova.v2"]
            try await WebSocketClient.connect(
                url: "ws://127.0.0.1:\(server.port)/echo?x=1",
                headers: [("X-Test", "here")],
                options: options
            ) { connection in
                #expect(connection.subprotocol == "nova.v1")
                await server.events.wait(for: .header("here"))
            }
        }
    }

    @Test("a refusal carries status, headers and body")
    func refusal() async throws {
        try await TestServer.run { server in
            let error = await #expect(throws: WebSocketClientError.self) {
                try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)/refuse") { _ in }
            }
            guard case .refused(let refusal)? = error else { throw Unexpected(error: error) }
            #expect(refusal.status == 401)
            #expect(refusal.header("x-request-id") == "r1")
            #expect(refusal.body == RefusingHandler.body)
        }
    }

    @Test("nobody listens")
    func nobody() async throws {
        let port = try await TestServer.run { $0.port }
        let error = await #expect(throws: WebSocketClientError.self) {
            try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/") { _ in }
        }
        guard case .connectionFailed? = error else { throw Unexpected(error: error) }
    }

    @Test("a server that never answers is given up at the deadline")
    func silence() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        var options = WebSocketOptions()
        options.deadline = .milliseconds(100)
        let error = await #expect(throws: WebSocketClientError.self) {
            let port = listener.localAddress?.port ?? 0
            try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", options: options) { _ in }
        }
        try await listener.close()
        guard case .noAnswer(.milliseconds(100))? = error else { throw Unexpected(error: error) }
    }

    @Test("the first frame may come in one piece with the 101")
    func joined() async throws {
        try await TestServer.run(joinsFirstFrame: true) { server in
            try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)/hello") { connection in
                let first = try await connection.receive()
                #expect(first == .text("hello"))
            }
        }
    }

    @Test("TLS, with a certificate that is trusted", arguments: ["localhost", "127.0.0.1"])
    func secure(host: String) async throws {
        try await TestServer.run(tls: TestCertificate.server()) { server in
            var options = WebSocketOptions()
            options.tls = try TestCertificate.client()
            try await WebSocketClient.connect(url: "wss://\(host):\(server.port)/echo", options: options) {
                connection in
                try await connection.send(text: "hush")
                let echo = try await connection.receive()
                #expect(echo == .text("hush"))
            }
        }
    }

    @Test("TLS, with a certificate that nobody vouches for")
    func untrusted() async throws {
        try await TestServer.run(tls: TestCertificate.server()) { server in
            let error = await #expect(throws: WebSocketClientError.self) {
                try await WebSocketClient.connect(url: "wss://127.0.0.1:\(server.port)/echo") { _ in }
            }
            guard case .connectionFailed? = error else { throw Unexpected(error: error) }
        }
    }

    @Test("addresses", arguments: ["http://a/", "ws:/a", "a", "", "ws://"])
    func wrongURL(url: String) {
        #expect(throws: WebSocketClientError.self) { try WebSocketURL(url) }
    }

    @Test("the parts of an address")
    func url() throws {
        let plain = try WebSocketURL("ws://host/api/ws?a=b%20c")
        #expect(plain.port == 80 && plain.target == "/api/ws?a=b%20c" && plain.authority == "host")
        let secure = try WebSocketURL("WSS://[::1]:8443")
        #expect(secure.isSecure && secure.host == "::1" && secure.target == "/" && secure.authority == "[::1]:8443")
    }
}

struct Unexpected: Error {
    let error: (any Error)?
}
