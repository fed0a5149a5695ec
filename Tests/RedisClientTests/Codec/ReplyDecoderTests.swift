import Testing

@testable import RedisClient

struct ReplyDecoderTests {
    @Test func `Replies of every kind, split at random places, come out as they went in`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let values = (0..<Int.random(in: 1...20)).map { _ in RandomReply.make(depth: 0, using: &random) }
            let bytes = values.flatMap(RandomReply.bytes)
            let decoder = try ReplyDecoder(maxReplyBytes: 1 << 20)
            var decoded: [RedisValue] = []
            var position = 0
            while position < bytes.count {
                let end = min(bytes.count, position + Int.random(in: 1...(Bool.random() ? 7 : 9000)))
                try bytes[position..<end].withUnsafeBytes { try decoder.decode($0, into: &decoded) }
                position = end
            }
            #expect(decoded == values)
        }
    }

    @Test func `A reply is whole only with its last byte`() throws {
        let bytes = Array("*2\r\n$3\r\nabc\r\n:-7\r\n".utf8)
        let decoder = try ReplyDecoder(maxReplyBytes: 100)
        var decoded: [RedisValue] = []
        for byte in bytes {
            #expect(decoded.isEmpty)
            try [byte].withUnsafeBytes { try decoder.decode($0, into: &decoded) }
        }
        #expect(decoded == [.array([.bulk(Array("abc".utf8)), .integer(-7)])])
    }

    @Test(arguments: [
        "!oops\r\n", "HTTP/1.1 400\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
    ])
    func `What is not RESP2 is a violation, and what came before it counts`(garbage: String) throws {
        let decoder = try ReplyDecoder(maxReplyBytes: 1000)
        var decoded: [RedisValue] = []
        #expect(throws: ReplyDecoder.Violation.self) {
            try Array(("+OK\r\n" + garbage).utf8).withUnsafeBytes { try decoder.decode($0, into: &decoded) }
        }
        #expect(decoded == [.simple("OK")])
    }

    @Test func `A reply over the limit is a violation before it is complete; many small ones are not`() throws {
        let decoder = try ReplyDecoder(maxReplyBytes: 10_000)
        var decoded: [RedisValue] = []
        let small = Array(String(repeating: "+OK\r\n", count: 10_000).utf8)
        try small.withUnsafeBytes { try decoder.decode($0, into: &decoded) }
        #expect(decoded.count == 10_000)
        let large = Array("$1000000\r\n".utf8) + Array(repeating: 0x61, count: 20_000)
        #expect(throws: ReplyDecoder.Violation.self) {
            try large.withUnsafeBytes { try decoder.decode($0, into: &decoded) }
        }
    }
}
