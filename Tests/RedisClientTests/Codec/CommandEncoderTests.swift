import NIOCore
import Testing

@testable import RedisClient

struct CommandEncoderTests {
    @Test func `A command is an array of bulk strings, of exactly the size that was announced`() {
        let command: [RedisArgument] = [
            "SET", "käse", RedisArgument(-12), RedisArgument([0, 13, 10]), RedisArgument(""),
        ]
        let size = CommandEncoder.size(command)
        var buffer = ByteBuffer()
        CommandEncoder.encode(command, size: size, into: &buffer)
        let expected = "*5\r\n$3\r\nSET\r\n$5\r\nkäse\r\n$3\r\n-12\r\n$3\r\n\u{0}\r\n\r\n$0\r\n\r\n"
        #expect(buffer.readableBytes == size)
        #expect(Array(buffer.readableBytesView) == Array(expected.utf8))
    }

    @Test(arguments: [9, 10, 99, 100, 1000, 65_536])
    func `Lengths of any number of digits are right`(length: Int) {
        let command: [RedisArgument] = ["ECHO", RedisArgument(String(repeating: "x", count: length))]
        var buffer = ByteBuffer()
        CommandEncoder.encode(command, size: CommandEncoder.size(command), into: &buffer)
        #expect(buffer.readableBytes == CommandEncoder.size(command))
        #expect(String(buffer: buffer).hasPrefix("*2\r\n$4\r\nECHO\r\n$\(length)\r\nx"))
    }

    @Test(arguments: [
        ["SUBSCRIBE", "a"], ["select", "1"], ["Quit"], ["MULTI"], ["client", "reply", "OFF"], ["MONITOR"],
        ["WATCH", "k"],
        ["AUTH", "x"], ["HELLO", "3"], ["RESET"], ["PUNSUBSCRIBE"], [""],
    ])
    func `What would change the connection for others is refused`(command: [String]) {
        #expect(throws: RedisError.self) { try CommandRules.check(command.map { RedisArgument($0) }) }
    }

    @Test(arguments: [
        ["GET", "k"], ["CLIENT", "ID"], ["SCRIPT", "FLUSH"], ["MGET", "a"], ["PUBLISH", "a", "b"], ["PING"],
    ])
    func `Other commands are not refused`(command: [String]) throws {
        try CommandRules.check(command.map { RedisArgument($0) })
    }

    @Test func `A transaction is one pipeline, with its end`() throws {
        try CommandRules.check(pipeline: [["MULTI"], ["INCR", "a"], ["EXEC"]])
        #expect(throws: RedisError.self) { try CommandRules.check(pipeline: [["MULTI"], ["INCR", "a"]]) }
    }
}
