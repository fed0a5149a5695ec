import HTTPTypes
import HummingbirdCore
import NIOCore
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Body reader")
struct BodyReaderTests {
    private func read(
        _ bytes: [UInt8],
        type: String? = nil,
        coding: String? = nil,
        as bodyType: BodyType = .json,
        limit: Int = 1_000,
        memory: BodyMemory = BodyMemory(limit: 10_000),
        declared: Int? = nil
    ) async throws -> JSONValue {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentEncoding] = coding
        headers[.contentLength] = declared.map(String.init)
        let body = RequestBody(buffer: ByteBuffer(bytes: bytes))
        let hold = memory.hold()
        defer { hold.release() }
        var reader = BodyReader(body: body, headers: headers, limit: limit, hold: hold, overload: Overload())
        reader.type = bodyType
        return try await reader.json().value
    }

    private func code(
        _ bytes: [UInt8],
        type: String? = nil,
        coding: String? = nil,
        as bodyType: BodyType = .json,
        limit: Int = 1_000,
        declared: Int? = nil
    ) async -> ErrorCode? {
        do {
            _ = try await read(bytes, type: type, coding: coding, as: bodyType, limit: limit, declared: declared)
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
            ("application/json;charset=utf8", nil), ("application/json; Charset=\"utf-8\"; v=1", nil),
            ("application/json; xcharset=latin1", nil), ("application/json; charset=utf-16", .unsupportedMediaType),
            ("application/merge-patch+json", .unsupportedMediaType),
            ("application/json-patch+json", .unsupportedMediaType),
        ] as [(String, ErrorCode?)]
    )
    func types(type: String, expected: ErrorCode?) async {
        #expect(await code(Array("{}".utf8), type: type) == expected)
    }

    @Test("a patch is read as what it is, and as nothing else")
    func patches() async {
        let bytes = Array("{}".utf8)
        #expect(await code(bytes, type: "application/merge-patch+json; charset=utf-8", as: .mergePatch) == nil)
        #expect(await code(bytes, as: .mergePatch) == nil)
        for type in ["application/json", "application/json-patch+json", "text/plain"] {
            #expect(await code(bytes, type: type, as: .mergePatch) == .unsupportedMediaType)
        }
    }

    @Test("a body in a coding is refused, whether it says so or not")
    func encodings() async {
        let bytes = Array("{}".utf8)
        for coding in ["gzip", "br", "deflate", "identity, gzip", "x"] {
            #expect(await code(bytes, coding: coding) == .unsupportedMediaType)
        }
        for coding in ["identity", "Identity", ""] { #expect(await code(bytes, coding: coding) == nil) }
        #expect(await code([0x1F, 0x8B, 0x08, 0x00]) == .unsupportedMediaType)
    }

    @Test("a byte order mark is passed over")
    func byteOrderMark() async throws {
        #expect(try await read([0xEF, 0xBB, 0xBF] + Array(#"{"a":1}"#.utf8)) == ["a": 1])
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
