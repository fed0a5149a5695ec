import NIOCore

/// Commands that a connection shared by many tasks cannot take: each changes what the replies of others are.
enum CommandRules {
    static func check(_ arguments: [RedisArgument]) throws(RedisError) {
        let name = try suspectName(of: arguments)
        if name == "MULTI" { throw .refused("MULTI alone: send the transaction as one pipeline") }
    }

    /// As for one command, but a transaction is allowed if it also ends: nothing comes between a pipeline's commands.
    static func check(pipeline: [[RedisArgument]]) throws(RedisError) {
        var isOpen = false
        for arguments in pipeline {
            if try suspectName(of: arguments) == "MULTI" { isOpen = true }
            if isOpen, let first = arguments.first, ["EXEC", "DISCARD"].contains(text(first).uppercased()) {
                isOpen = false
            }
        }
        if isOpen { throw .refused("MULTI without EXEC in the same pipeline") }
    }

    /// The command's name in capitals if it looks like one to be careful with.
    ///
    /// Throws if it is one.
    private static func suspectName(of arguments: [RedisArgument]) throws(RedisError) -> String? {
        guard let first = arguments.first, first.count > 0 else { throw .refused("an empty command") }
        guard isSuspect(first) else { return nil }
        let name = text(first).uppercased()
        if forbidden.contains(name) { throw .refused("\(name) on a shared connection") }
        if name == "CLIENT", arguments.count > 1, text(arguments[1]).uppercased() == "REPLY" {
            throw .refused("CLIENT REPLY on a shared connection")
        }
        return name
    }

    private static let forbidden: Set<String> = [
        "AUTH", "HELLO", "MONITOR", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "QUIT", "RESET", "SELECT", "SSUBSCRIBE",
        "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "UNSUBSCRIBE", "WATCH",
    ]

    /// Whether length and first letter are those of a command above: spares nearly all others the comparison.
    private static func isSuspect(_ name: RedisArgument) -> Bool {
        guard (4...12).contains(name.count) else { return false }
        let first: UInt8? =
            switch name.storage {
            case .text(let text): text.utf8.first
            case .bytes(let bytes): bytes.first
            case .buffer(let buffer): buffer.readableBytesView.first
            }
        guard let first else { return false }
        return switch (Unicode.Scalar(first | 0x20), name.count) {
        case ("a", 4), ("c", 6), ("h", 5), ("m", 5), ("m", 7), ("p", 5), ("p", 10), ("p", 12), ("q", 4), ("r", 5): true
        case ("s", 4), ("s", 6), ("s", 9), ("s", 10), ("s", 12), ("u", 11), ("w", 5): true
        default: false
        }
    }

    private static func text(_ argument: RedisArgument) -> String {
        switch argument.storage {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .buffer(let buffer): String(buffer: buffer)
        }
    }
}
