import ChildProcesses
import Synchronization
import Testing

@Suite("what a child writes and reads", .timeLimit(.minutes(2)))
struct ChildOutputTests {
    @Test("both streams, told apart, each in order")
    func streams() async throws {
        let seen = SeenLines()
        let command = shell("for i in 1 2 3; do echo out$i; echo err$i >&2; done")
        try await ChildProcess.run(command, name: "talker", onLine: seen.append) { child in
            let exit = try await child.exit()
            #expect(exit == .exited(0))
        }
        #expect(seen.lines(.standardOutput) == ["out1", "out2", "out3"])
        #expect(seen.lines(.standardError) == ["err1", "err2", "err3"])
    }

    @Test("a line written before anyone waited for it counts")
    func pastLine() async throws {
        try await ChildProcess.run(shell("echo first; echo second; exec cat"), name: "talker") { child in
            let lines = [try await child.line { $0 == "second" }, try await child.line { $0 == "first" }]
            #expect(lines == ["second", "first"])
        }
    }

    @Test("after a mark only later lines count")
    func mark() async throws {
        try await ChildProcess.run(shell("exec cat"), name: "echo") { child in
            try await child.send(line: "ok 1")
            _ = try await child.line { $0.hasPrefix("ok") }
            let mark = child.mark
            try await child.send(line: "ok 2")
            #expect(try await child.line(after: mark) { $0.hasPrefix("ok") } == "ok 2")
        }
    }

    @Test("a child that ends before the line says what it wrote last")
    func endsBefore() async throws {
        try await ChildProcess.run(shell("echo 'cannot go on' >&2; exit 3"), name: "loser") { child in
            let error = await #expect(throws: ChildProcessError.self) { try await child.line { $0 == "ready" } }
            #expect(error?.description.contains("loser ended (exit status 3)") == true)
            #expect(error?.description.contains("cannot go on") == true)
        }
    }

    @Test("a silent child is given up in time")
    func silent() async throws {
        try await ChildProcess.run(shell("exec cat"), name: "mute") { child in
            let error = await #expect(throws: ChildProcessError.self) {
                try await child.line(within: .milliseconds(50)) { _ in true }
            }
            #expect(error?.description.contains("mute did not write") == true)
        }
    }

    @Test("waiting for a line or the end ends with the task")
    func cancelledWait() async throws {
        try await ChildProcess.run(shell("exec cat"), name: "mute") { child in
            // They run here until they wait.
            let line = Task.immediate { try await child.line { $0 == "never" } }
            let exit = Task.immediate { try await child.exit() }
            line.cancel()
            exit.cancel()
            await #expect(throws: CancellationError.self) { try await line.value }
            await #expect(throws: CancellationError.self) { try await exit.value }
        }
    }

    @Test("a child that writes 50 MB to nobody is not held up, and little of it is kept")
    func flood() async throws {
        let script = "head -c 50000000 /dev/zero | tr '\\0' x | fold -w 999; echo; echo done"
        try await ChildProcess.run(shell(script), name: "flood") { child in
            let exit = try await child.exit()
            #expect(exit == .exited(0))
            #expect(child.lastLines(1) == ["done"])
            #expect((200..<400).contains(child.lastLines(100_000).count))
        }
    }

    @Test("input reaches it, and its end is an error and not a signal that kills us")
    func input() async throws {
        let script = "read line; echo got $line; exec 0<&-; echo closed; exec sleep 1000"
        try await ChildProcess.run(shell(script), name: "reader") { child in
            try await child.send(line: "hello")
            #expect(try await child.line { $0.hasPrefix("got") } == "got hello")
            _ = try await child.line { $0 == "closed" }
            await #expect(throws: ChildProcessError.self) {
                // A program that is just being started by another test may hold the pipe open for a moment.
                while true { try await child.send(line: "more") }
            }
        }
    }
}

/// The lines shown to `onLine`.
final class SeenLines: Sendable {
    private let all = Mutex<[ChildOutput]>([])

    @Sendable func append(_ output: ChildOutput) {
        all.withLock { $0.append(output) }
    }

    func lines(_ stream: ChildOutput.Stream) -> [String] {
        all.withLock { $0.filter { $0.stream == stream }.map(\.line) }
    }
}
