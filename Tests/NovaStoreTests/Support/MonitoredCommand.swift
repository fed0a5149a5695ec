import ChildProcesses
import NovaStore
import NovaTestKit
import RedisClient
import Synchronization

/// One line of Redis's MONITOR: a command as the server got it, from a client or from a script.
struct MonitoredCommand {
    let isFromScript: Bool
    /// The command's name first.
    let words: [[UInt8]]

    /// Nil for what is no such line as `1700000000.123456 [0 127.0.0.1:5] "GET" "a\x00b"`.
    init?(_ line: String) {
        guard let open = line.firstIndex(of: "["), let close = line.firstIndex(of: "]"), open < close,
            line.first?.isNumber == true
        else { return nil }
        isFromScript = line[open..<close].hasSuffix(" lua")
        words = Self.words(line[close...].utf8.dropFirst())
    }

    var name: String { words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? "" }

    /// The keys that a script is given, where this is a call of one.
    var scriptKeys: [[UInt8]]? {
        guard name == "EVAL" || name == "EVALSHA", words.count > 2,
            let count = Int(String(decoding: words[2], as: UTF8.self))
        else { return nil }
        return Array(words[3..<(3 + count)])
    }

    /// Splits quoted words and takes the escapes out of them.
    private static func words(_ text: some Collection<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch (byte, word == nil) {
            case (UInt8(ascii: "\""), true): word = []
            case (UInt8(ascii: "\""), false):
                words.append(word ?? [])
                word = nil
            case (UInt8(ascii: "\\"), false): word?.append(escaped(&rest))
            case (_, false): word?.append(byte)
            case (_, true): break
            }
        }
        return words
    }

    private static func escaped(_ rest: inout some IteratorProtocol<UInt8>) -> UInt8 {
        switch rest.next() {
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "a"): 7
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "x"): hexadecimal(&rest) * 16 + hexadecimal(&rest)
        case let other: other ?? 0
        }
    }

    private static func hexadecimal(_ rest: inout some IteratorProtocol<UInt8>) -> UInt8 {
        rest.next().flatMap { UInt8(String(UnicodeScalar($0)), radix: 16) } ?? 0
    }

    /// All commands that a Redis gets while `body` uses it, in order.
    static func during(_ body: (Store) async throws -> Void) async throws -> [MonitoredCommand] {
        try await withRedis { redis in
            let lines = Lines()
            let monitor = ChildCommand(executable: "/usr/bin/redis-cli", arguments: ["-p", "\(redis.port)", "monitor"])
            return try await ChildProcess.run(monitor, name: "redis-cli", onLine: { lines.append($0.line) }) {
                process in
                _ = try await process.line { $0 == "OK" }
                try await withStore(port: redis.port) { store in
                    try await body(store)
                    _ = try await store.redis.command("ECHO", "the end of the test")
                }
                _ = try await process.line { $0.contains("the end of the test") }
                return lines.all.compactMap(MonitoredCommand.init)
            }
        }
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }
}
