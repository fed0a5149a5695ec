import Foundation
import NovaContract
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// What makes the store run on Redis Cluster, seen from a server that records what it is asked.
@Suite(.timeLimit(.minutes(2)))
struct SlotTests {
    /// The scripts that can be called, by name; the libraries are parts of them.
    private func scripts() throws -> [(name: String, text: String)] {
        try ScriptFiles.all().map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }

    @Test func `Every script is called, with keys of one slot, and touches no other`() async throws {
        let commands = try await MonitoredCommand.during { try await EveryOperation.run(on: $0) }
        var slot: Int?
        var sources: [String] = []
        for command in commands {
            if let keys = command.scriptKeys {
                let slots = Set(keys.map(hashSlot))
                #expect(slots.count == 1, "\(command.name) \(keys.map { String(decoding: $0, as: UTF8.self) })")
                slot = slots.first
                if command.name == "EVAL" { sources.append(String(decoding: command.words[1], as: UTF8.self)) }
            } else if command.isFromScript, !["TIME", "PUBLISH"].contains(command.name) {
                // A channel is no key, and the clock has none.
                let key = try #require(command.words.dropFirst().first)
                #expect(hashSlot(key) == slot, "\(command.name) \(String(decoding: key, as: UTF8.self))")
            }
        }
        for script in try scripts() {
            let isCalled = sources.contains { $0.hasSuffix(script.text) }
            #expect(isCalled, "\(script.name) is not called by EveryOperation: add a call")
        }
    }

    @Test func `A line of MONITOR is read as it was written`() throws {
        let line = #"1700000000.123456 [0 127.0.0.1:5] "EVALSHA" "s" "2" "a\x00\"" "b\\\n" "rest]""#
        let command = try #require(MonitoredCommand(line))
        #expect(!command.isFromScript)
        #expect(command.scriptKeys == [[97, 0, 34], [98, 92, 10]])
        #expect(command.words.last == Array("rest]".utf8))
        #expect(MonitoredCommand(#"1700000000.1 [0 lua] "TIME""#)?.isFromScript == true)
        #expect(MonitoredCommand("OK") == nil)
    }
}
