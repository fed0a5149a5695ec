import NovaContract
import NovaTestKit
import Testing

@testable import Gateway
@testable import NovaAPI

/// Lines of memories as they come.
@Suite struct MemoryImportTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func linesAreTheSameHoweverTheyAreCut(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = (0..<50).map { _ in
            String(repeating: ["é", "x", " ", ""][Int(random.below(4))], count: Int(random.below(9)))
        }.joined(separator: ["\n", "\r\n"][Int(random.below(2))])
        var expected: [Int: String] = [:]
        // "\r\n" would be one character.
        let all = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() {
            let text = String(Substring(line))
            if text.contains(where: { !$0.isWhitespace }) { expected[index + 1] = text }
        }
        var lines = JSONLines(limit: 100)
        var found: [Int: String] = [:]
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Int(random.below(20)) + 1
            for line in try lines.take(rest.prefix(count)) {
                found[line.number] = String(decoding: line.bytes, as: UTF8.self)
            }
            rest = rest.dropFirst(count)
        }
        if let line = lines.finish() { found[line.number] = String(decoding: line.bytes, as: UTF8.self) }
        #expect(found == expected)
    }

    @Test func aLineThatIsTooLongIsToldOf() {
        var lines = JSONLines(limit: 3)
        #expect(throws: JSONLines.TooLong.self) { _ = try lines.take(Array("abc\nabcd".utf8)) }
        #expect(lines.count == 1)
    }

    @Test func soManyLinesMayBePassedOver() {
        #expect(MemoryImport.skip.fault("1000000000000") == nil)
        #expect(MemoryImport.skip.fault("1000000000001")?.contains("1000000000000") == true)
    }

    private func memory(_ text: String) throws -> JSONValue { try MemoryImport.memory(Array(text.utf8)) }

    @Test func whatIsExportedIsRead() throws {
        let line = #"""
            {"memory_id":"a","type":"semantic","content":{"x":1},"importance":0.25,"context":{"references":["b"]},"tags":["t"],
            "time":"2026-01-01T00:00:00.000Z","domain":"other","version":7,"created_at":"2026-01-01T00:00:00.000Z","expires_at":
            "1970-01-01T00:01:01.000Z","archived_at":"1970-01-01T00:00:01.000Z","used_at":null,"cursor":"1_a"}
            """#
        let read = try memory(line.replacing("\n", with: ""))
        #expect(read["expires_at"] == "1970-01-01T00:01:01.000Z" && read["archived"] == true)
        #expect(read["content"] == ["x": 1])
        #expect(read["domain"] == nil && read["version"] == nil && read["time"] == "2026-01-01T00:00:00.000Z")
    }

    @Test(arguments: [
        ("{", "is not valid JSON"), ("[]", "must be an object with memory_id and content, not an array"),
        (#"{"content":{"x":1}}"#, "memory_id is required"), (#"{"memory_id":"a"}"#, "/content is required"),
        (#"{"memory_id":"a","content":{"x":1},"importance":2}"#, "/importance must be"),
        (#"{"memory_id":"a","content":{"x":1},"expires_at":"x"}"#, "/expires_at must be a time"),
        (
            #"{"memory_id":"a","content":{"x":1},"importence":1}"#,
            "/importence is not known; did you mean \"importance\"?"
        ),
        (#"{"memory_id":"search","content":{"x":1}}"#, "/memory_id must not be"),
        (#"{"memory_id":"a","memory_id":"b","content":{"x":1}}"#, "is not valid JSON"),
    ])
    func whatIsWrongIsSaid(line: String, message: String) throws {
        let error = #expect(throws: NovaError.self) { _ = try memory(line) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }
}
