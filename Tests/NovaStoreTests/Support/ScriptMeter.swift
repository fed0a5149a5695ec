import Foundation
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// What scripts ask of Redis, counted by Redis: the commands that they call, the time, and the bytes of what they answer.
final class ScriptMeter {
    /// A script as its head describes it.
    struct Script {
        let name: String
        /// `-- WORK: at most N calls`; nil where the head does not say it.
        let mostCalls: Int?
        /// `-- REPLY: at most N bytes`, of one call; nil where the head does not say it.
        let mostBytes: Int?
    }

    private struct Figures {
        var commands = 0
        var scripts = 0
        var microseconds = 0
        var bytes = 0
    }

    private let redis: RedisClient
    private(set) var measured: Set<String> = []
    private let bounds: [String: Int]
    private let replies: [String: Int]

    init(_ redis: RedisClient) throws {
        self.redis = redis
        let scripts = try Self.scripts()
        bounds = Dictionary(scripts.compactMap { script in script.mostCalls.map { (script.name, $0) } }) { $1 }
        replies = Dictionary(scripts.compactMap { script in script.mostBytes.map { (script.name, $0) } }) { $1 }
    }

    /// All that can be called; the libraries are parts of them.
    static func scripts() throws -> [Script] {
        try ScriptFiles.all().map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let calls = text.firstMatch(of: /-- WORK: at most (\d+) calls/)
            let bytes = text.firstMatch(of: /-- REPLY: at most (\d+) bytes/)
            return Script(
                name: file.deletingPathExtension().lastPathComponent,
                mostCalls: calls.flatMap { Int($0.1) },
                mostBytes: bytes.flatMap { Int($0.1) }
            )
        }
    }

    /// Holds that the script that `body` runs calls, and answers, no more than its head says, and prints what it took.
    ///
    /// What the client asks besides, some commands at most, counts too.
    ///
    /// - Parameter other: the script that `body` runs besides, any number of times; nil: the same.
    func measure<R>(
        _ script: String,
        beside other: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> R
    ) async throws -> R {
        let before = try await figures()
        let result = try await body()
        let after = try await figures()
        let calls = after.commands - before.commands
        let milliseconds = Double(after.microseconds - before.microseconds) / 1_000
        let scripts = max(1, after.scripts - before.scripts)
        let bound = try #require(
            bounds[script],
            "the head of \(script) does not say -- WORK",
            sourceLocation: sourceLocation
        )
        let more = (bounds[other ?? script] ?? 0) * (scripts - 1)
        #expect(calls <= bound + more, "\(script) called \(calls) commands", sourceLocation: sourceLocation)
        #expect(calls > 0 && after.scripts > before.scripts, "\(script) was not run", sourceLocation: sourceLocation)
        let bytes = after.bytes - before.bytes
        if let most = replies[script] {
            #expect(bytes <= most * scripts, "\(script) answered \(bytes) bytes", sourceLocation: sourceLocation)
        }
        let name = script.padding(toLength: 20, withPad: " ", startingAt: 0)
        print("\(name) \(calls) of \(bound) calls, \(milliseconds) ms in \(scripts) calls of it, \(bytes) bytes")
        measured.insert(script)
        return result
    }

    /// All commands that were carried out since the server began, without those of this meter.
    private func figures(isolation: isolated (any Actor)? = #isolation) async throws -> Figures {
        let text = try await redis.command("INFO", "commandstats").string ?? ""
        var figures = Figures()
        for line in text.split(whereSeparator: \.isNewline) {
            guard let match = line.firstMatch(of: /cmdstat_([^:]+):calls=(\d+),usec=(\d+)/) else { continue }
            let (name, calls, microseconds) = (match.1, Int(match.2) ?? 0, Int(match.3) ?? 0)
            switch name {
            case "eval", "evalsha":
                figures.scripts += calls
                figures.microseconds += microseconds
            case "info": break
            default: figures.commands += calls
            }
        }
        let stats = try await redis.command("INFO", "stats").string ?? ""
        figures.bytes = stats.firstMatch(of: /total_net_output_bytes:(\d+)/).flatMap { Int($0.1) } ?? 0
        return figures
    }
}

/// The Lua scripts of the store and of all pools; libraries are parts of them.
enum ScriptFiles {
    static func all() throws -> [URL] {
        let files = FileManager.default
        let sources = Binaries.packageRoot.appending(path: "Sources")
        let targets = try files.contentsOfDirectory(atPath: sources.path).map { "\($0)/Store/Scripts" }
        return try (["NovaStore/Scripts"] + targets).map { sources.appending(path: $0) }
            .filter { files.fileExists(atPath: $0.path) }
            .flatMap { try files.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
            .filter { $0.pathExtension == "lua" && !$0.lastPathComponent.hasPrefix("lib-") }
    }
}
