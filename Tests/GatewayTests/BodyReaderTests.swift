import HTTPTypes
import HummingbirdCore
import NIOCore
import NovaContract
import Testing

@testable import Gateway

@Suite("Body reader")
struct BodyReaderTests {
    private func read(
        _ bytes: [UInt8],
        type: String? = nil,
        limit: Int = 1_000,
        memory: BodyMemory = BodyMemory(limit: 10_000),
        declared: Int? = nil
    ) async throws -> JSONValue {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentLength] = declared.map(String.init)
        let body = RequestBody(buffer: ByteBuffer(bytes: bytes))
        let hold = memory.hold()
        defer { hold.release() }
        let reader = BodyReader(body: body, headers: headers, limit: limit, hold: hold, overload: Overload())
        return try await reader.json().value
    }

    private func code(_ bytes: [UInt8], type: String? = nil, limit: Int = 1_000, declared: Int? = nil) async
        -> ErrorCode?
    {
        do {
            _ = try await read(bytes, type: type, limit: limit, declared: declared)
            return nil
        } catch {
            return (error as? NovaError)?.code
        }
    }

    @Test("JSON is read, and nothing is taken for an empty object")
    func reads() async throws {
        #expect(try await read(Array(#"{"a":1}"#.utf8)) == ["a": 1])
        #expect(try await read([]) == [:])
    }

    @Test(
        "types",
        arguments: [
            ("application/json", nil), ("Application/JSON; charset=UTF-8", nil), ("application/cloudevents+json", nil),
            ("text/plain", ErrorCode.unsupportedMediaType), ("application/json; charset=latin1", .unsupportedMediaType),
            ("application/x-www-form-urlencoded", .unsupportedMediaType), ("", .unsupportedMediaType),
        ] as [(String, ErrorCode?)]
    )
    func types(type: String, expected: ErrorCode?) async {
        #expect(await code(Array("{}".utf8), type: type) == expected)
    }

    @Test("too large, declared or not")
    func tooLarge() async {
        #expect(await code(Array(repeating: 32, count: 1_001)) == .payloadTooLarge)
        #expect(await code(Array("{}".utf8), declared: 1_001) == .payloadTooLarge)
        #expect(await code(Array("{}".utf8), limit: 2) == nil)
    }

    @Test("shorter than declared: the connection ended, and half a body is no body")
    func truncated() async { #expect(await code(Array("{}".utf8), declared: 3) == .validationError) }

    @Test("what is not UTF-8, not JSON or nested too deeply")
    func malformed() async {
        let deep = Array(repeating: UInt8(ascii: "["), count: 400) + Array(repeating: UInt8(ascii: "]"), count: 400)
        let utf16 = Array("{\"a\":1}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        for bytes in [[0x22, 0xFF, 0x22], Array("{".utf8), Array("{} {}".utf8), deep, utf16, Array("NaN".utf8)] {
            #expect(await code(bytes) == .validationError, "\(bytes.prefix(10))")
        }
    }

    @Test("a body is held until its request is answered")
    func held() async throws {
        let memory = BodyMemory(limit: 10)
        let hold = memory.hold()
        let body = RequestBody(buffer: ByteBuffer(string: "{}"))
        _ = try await BodyReader(body: body, headers: [:], limit: 10, hold: hold, overload: Overload()).json()
        #expect(memory.bytesInUse == 2)
        hold.release()
        hold.release()
        #expect(memory.bytesInUse == 0)
    }

    @Test("all bodies together are bounded, and give back what they took")
    func bounded() async throws {
        let memory = BodyMemory(limit: 10)
        do {
            _ = try await read(Array(repeating: 32, count: 11), memory: memory)
            Issue.record("must be refused")
        } catch let error as NovaError {
            #expect(error.code == .serviceUnavailable)
        }
        #expect(memory.bytesInUse == 0)
        #expect(try await read(Array("{       }".utf8), memory: memory) == [:])
        #expect(memory.bytesInUse == 0)
    }
}
