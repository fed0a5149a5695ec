import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
package import NovaContract
import ServiceLifecycle
import Synchronization

/// A server that speaks OpenAI's API and answers as it is told: the other party in tests of model agents.
///
/// Listens on 127.0.0.1, at a port of its own, for as long as the body runs.
package final class ScriptedModel: Sendable {
    package typealias Script = @Sendable (ModelRequest) async -> ModelReply

    /// Makes the vector of a text, or what stands in its place; nil: the whole request is answered with 500.
    package typealias Embedding = @Sendable (String) -> JSONValue?

    private let script: Script
    private let embedding = Mutex<Embedding?>(nil)
    private let embedded = Mutex(0)
    private let taken = Mutex<[ModelRequest]>([])
    private let listing = Mutex<ModelReply?>(nil)
    package let port: Int

    package var baseURL: String { "http://127.0.0.1:\(port)/v1" }
    /// All requests so far.
    package var requests: [ModelRequest] { taken.withLock { $0 } }

    /// Texts of which vectors were asked for.
    package var embeddedCount: Int { embedded.withLock(\.self) }

    /// From now on vectors are made so; before they are refused with 503.
    package func embed(_ vector: @escaping @Sendable (String) -> [Double]) {
        answerEmbeddings { .array(vector($0).map { JSONValue($0) }) }
    }

    /// The same with answers that are none.
    package func answerEmbeddings(_ embedding: @escaping Embedding) { self.embedding.withLock { $0 = embedding } }

    /// From now on GET `/models` is answered so; nil: with one model, as at the start.
    package func list(_ reply: ModelReply?) { listing.withLock { $0 = reply } }

    private init(port: Int, script: @escaping Script) {
        self.port = port
        self.script = script
    }

    package static func run<Result: Sendable>(
        _ script: @escaping Script,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ScriptedModel) async throws -> Result
    ) async throws -> Result {
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        let reference = Mutex<ScriptedModel?>(nil)
        let router = Router()
        router.get("/v1/models") { _, _ in
            if let model = reference.withLock({ $0 }), let reply = model.listing.withLock({ $0 }) {
                return model.response(to: reply)
            }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: Self.json(["data": [["id": "scripted"]]])
            )
        }
        router.post("/v1/chat/completions") { request, _ in
            guard let model = reference.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
            return try await model.answer(request)
        }
        router.post("/v1/embeddings") { request, _ in
            guard let model = reference.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
            return try await model.vectors(request)
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "scripted-model") { _ in SwiftLogNoOpLogHandler() }
        )
        let server = Task { try await application.run() }
        defer { server.cancel() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        let model = ScriptedModel(port: port, script: script)
        reference.withLock { $0 = model }
        let result = try await body(model)
        server.cancel()
        _ = await server.result
        return result
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 << 20)
        let json = try JSONValue(parsing: body.readableBytesView)
        let asked = taken.withLock { taken in
            let asked = ModelRequest(
                number: taken.count + 1,
                authorization: request.headers[.authorization],
                body: json
            )
            taken.append(asked)
            return asked
        }
        return response(to: await script(asked))
    }

    private func vectors(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 << 20)
        let texts = try JSONValue(parsing: body.readableBytesView)["input"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let embedding = embedding.withLock({ $0 }) else {
            return response(to: .status(503))
        }
        embedded.withLock { $0 += texts.count }
        let made = texts.map(embedding)
        guard !made.contains(nil) else { return response(to: .status(500)) }
        let data = made.enumerated().map { index, vector -> JSONValue in
            ["index": JSONValue(index), "embedding": vector ?? .null]
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: Self.json(["data": .array(data)])
        )
    }

    private func response(to reply: ModelReply) -> Response {
        switch reply {
        case .text(let pieces, let tokens, let finish):
            return Self.stream(pieces.map(Self.delta) + [Self.end(finish)] + Self.usage(tokens) + ["data: [DONE]\n\n"])
        case .calls(let calls, let tokens):
            return Self.stream(
                Self.deltas(calls) + [Self.end("tool_calls")] + Self.usage(tokens) + ["data: [DONE]\n\n"]
            )
        case .whole(let text, let tokens):
            var members: JSONObject = [
                "choices": [["message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]]
            ]
            if let tokens { members["usage"] = ["total_tokens": JSONValue(tokens)] }
            return Response(status: .ok, headers: [.contentType: "application/json"], body: Self.json(.object(members)))
        case .status(let status, let headers, let body):
            var fields: HTTPFields = [.contentType: "application/json"]
            for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
            return Response(status: .init(code: status), headers: fields, body: Self.json(body))
        case .raw(let text): return Self.stream([text])
        case .events(let chunks, let isDone):
            return Self.stream(chunks.map(Self.event) + (isDone ? ["data: [DONE]\n\n"] : []))
        case .bytes(let pieces, let type):
            return Response(
                status: .ok,
                headers: [.contentType: type],
                body: ResponseBody { writer in
                    for piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                    try await writer.finish(nil)
                }
            )
        case .silence(let pieces):
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream"],
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: ": hello\n\n" + pieces.map(Self.delta).joined()))
                    // Until the client goes away, or the server is stopped.
                    try await Task.sleep(for: .seconds(3_600))
                }
            )
        }
    }

    // MARK: - Pieces of streams

    private static func stream(_ parts: [String]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                for part in parts { try await writer.write(ByteBuffer(string: part)) }
                try await writer.finish(nil)
            }
        )
    }

    private static func json(_ value: JSONValue) -> ResponseBody {
        ResponseBody(byteBuffer: ByteBuffer(bytes: value.jsonBytes))
    }

    private static func event(_ value: JSONValue) -> String { "data: \(value.jsonString)\n\n" }

    private static func delta(_ text: String) -> String {
        event(["choices": [["index": 0, "delta": ["content": .string(text)], "finish_reason": .null]]])
    }

    private static func end(_ finish: String) -> String {
        event(["choices": [["index": 0, "delta": [:], "finish_reason": .string(finish)]]])
    }

    private static func usage(_ tokens: Int?) -> [String] {
        tokens.map { [event(["choices": [], "usage": ["total_tokens": JSONValue($0)]])] } ?? []
    }

    private static func deltas(_ calls: [(name: String, arguments: String)]) -> [String] {
        calls.enumerated().flatMap { index, call -> [String] in
            let half = call.arguments.index(call.arguments.startIndex, offsetBy: call.arguments.count / 2)
            let first: JSONValue = [
                "index": JSONValue(index), "id": .string("id-\(index)"), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(String(call.arguments[..<half]))],
            ]
            let second: JSONValue = [
                "index": JSONValue(index), "function": ["arguments": .string(String(call.arguments[half...]))],
            ]
            return [first, second].map { event(["choices": [["index": 0, "delta": ["tool_calls": [$0]]]]]) }
        }
    }
}
