@testable import RedisClient

/// Random replies and their bytes.
enum RandomReply {
    static func make(depth: Int, using random: inout some RandomNumberGenerator) -> RedisValue {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &random) {
        case 0: .null
        case 1: .integer(Int64.random(in: .min ... .max, using: &random))
        case 2: .simple(String(repeating: "s", count: Int.random(in: 0...30, using: &random)))
        case 3: .error(RedisServerError(line: "ERR number \(Int.random(in: 0...9, using: &random))"))
        case 4:
            .bulk((0..<Int.random(in: 0...50, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        case 5: .bulk(Array(repeating: 0x0D, count: Int.random(in: 0...20_000, using: &random)))
        default: .array((0..<Int.random(in: 0...6, using: &random)).map { _ in make(depth: depth + 1, using: &random) })
        }
    }

    static func bytes(of value: RedisValue) -> [UInt8] {
        switch value {
        case .null: Array("$-1\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .simple(let text): Array("+\(text)\r\n".utf8)
        case .error(let error): Array("-\(error.line)\r\n".utf8)
        case .bulk(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .array(let values): Array("*\(values.count)\r\n".utf8) + values.flatMap(bytes)
        }
    }
}
