import Testing
import WebSocketClient

@Suite("an open WebSocket", .timeLimit(.minutes(2)))
struct SessionTests {
    private func connect<R>(
        _ path: String,
        options: WebSocketOptions = WebSocketOptions(),
        _ body: (WebSocketConnection, TestServer) async throws -> R
    ) async throws -> R {
        try await TestServer.run { server in
            try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)\(path)", options: options) {
                try await body($0, server)
            }
        }
    }

    @Test("texts and binaries, in order, masked")
    func echo() async throws {
        try await connect("/echo") { connection, server in
            for number in 0..<1_000 { try await connection.send(text: "n\(number)é") }
            for number in 0..<1_000 {
                let message = try await connection.receive()
                #expect(message == .text("n\(number)é"))
            }
            let bytes = (0..<70_000).map { UInt8($0 & 0xFF) }
            try await connection.send(binary: bytes)
            let message = try await connection.receive()
            #expect(message == .binary(bytes))
            #expect(!server.events.contains(.unmasked))
        }
    }

    @Test("fragments become one message, also around a ping")
    func fragments() async throws {
        let messages = try await connect("/fragments") { connection, _ in
            [try await connection.receive(), try await connection.receive()]
        }
        #expect(messages == [.text("abc"), .text("pong between")])
    }

    @Test("pings are answered while nobody reads, and ours are taken")
    func ping() async throws {
        try await connect("/ping") { connection, _ in
            let answer = try await connection.receive()
            #expect(answer == .text("pong are you there"))
            try await connection.ping()
            try await connection.send(text: "on")
            let next = try await connection.receive()
            #expect(next == .text("on"))
        }
    }

    @Test("a frame may be sent as it should not be")
    func rawFrame() async throws {
        try await connect("/echo") { connection, server in
            try await connection.send(opcode: 1, payload: Array("raw".utf8), isMasked: false)
            let echo = try await connection.receive()
            #expect(echo == .text("raw"))
            #expect(server.events.contains(.unmasked))
        }
    }

    @Test("the server closes: code and reason, and then the end")
    func serverCloses() async throws {
        try await connect("/close") { connection, server in
            var messages: [WebSocketMessage] = []
            for try await message in connection.messages { messages.append(message) }
            #expect(messages == [.close(code: 0x0F21, reason: "bye")])
            await server.events.wait(for: .close(0x0F21))
            await #expect(throws: WebSocketClientError.self) { try await connection.send(text: "late") }
        }
    }

    @Test("we close: the server hears the code, and answers")
    func weClose() async throws {
        try await connect("/echo") { connection, server in
            await connection.close(code: 4_000, reason: "enough")
            let last = try await connection.receive()
            #expect(last == .close(code: 4_000, reason: "enough"))
            #expect(server.events.contains(.close(4_000)))
        }
    }

    @Test("the end of the scope closes with 1000, also when it throws", arguments: [false, true])
    func scopeEnds(throwing: Bool) async throws {
        struct Fault: Error {}
        try await TestServer.run { server in
            do {
                try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)/echo") { _ in
                    if throwing { throw Fault() }
                }
                #expect(!throwing)
            } catch is Fault {
                #expect(throwing)
            }
            await server.events.wait(for: .close(1_000))
        }
    }

    @Test("a connection that breaks off ends with 1006")
    func drop() async throws {
        try await connect("/drop") { connection, _ in
            try await connection.send(text: "go")
            let messages = [try await connection.receive(), try await connection.receive()]
            #expect(messages == [.close(code: 1006, reason: ""), nil])
        }
    }

    @Test(
        "a server that breaks the protocol is told so",
        arguments: [("/too-long", UInt16(1009)), ("/not-utf8", 1007), ("/orphan", 1002)]
    )
    func violations(path: String, code: UInt16) async throws {
        var options = WebSocketOptions()
        options.maxFrameBytes = 8_000
        try await connect(path, options: options) { connection, server in
            let error = await #expect(throws: WebSocketClientError.self) { try await connection.receive() }
            guard case .protocolViolation? = error else { throw Unexpected(error: error) }
            await server.events.wait(for: .close(code))
        }
    }

    @Test("waiting for a message ends with the task")
    func cancellation() async throws {
        try await connect("/echo") { connection, _ in
            // Runs here until it waits.
            let waiting = Task.immediate { try await connection.receive() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await connection.send(text: "still here")
            let echo = try await connection.receive()
            #expect(echo == .text("still here"))
        }
    }

    @Test("a reader that does not read holds up the server, and loses nothing")
    func backPressure() async throws {
        var options = WebSocketOptions()
        options.buffer = 4
        options.receiveBufferBytes = 64 << 10
        try await connect("/flood", options: options) { connection, server in
            // 32 MB would be through long before these are, were nobody held up.
            try await talk(500, to: server)
            #expect(!server.events.contains(.allWritten))
            var numbers: [String] = []
            while numbers.count < ScriptHandler.floodCount, case .text(let text)? = try await connection.receive() {
                numbers.append(String(text.prefix { $0 != " " }))
            }
            #expect(numbers == (0..<ScriptHandler.floodCount).map(String.init))
        }
    }

    @Test("leaving with a full buffer does not wait for the deadline")
    func leavingFull() async throws {
        try await TestServer.run { server in
            var options = WebSocketOptions()
            options.buffer = 1
            options.closeDeadline = .seconds(20)
            let waited = try await ContinuousClock().measure {
                try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)/flood", options: options) { _ in
                    try await talk(50, to: server)
                }
            }
            #expect(waited < options.closeDeadline)
            await server.events.wait(for: .close(1_000))
        }
    }

    /// Time for the server to do something else, in round trips of another connection.
    private func talk(_ count: Int, to server: TestServer) async throws {
        try await WebSocketClient.connect(url: "ws://127.0.0.1:\(server.port)/echo") { connection in
            for _ in 0..<count {
                try await connection.send(text: "x")
                _ = try await connection.receive()
            }
        }
    }
}
