import ChildProcesses
import Foundation
import Testing

@Suite("a child's life and end", .timeLimit(.minutes(2)))
struct ChildLifeTests {
    private struct Fault: Error {}

    @Test("gone when the body returns")
    func bodyReturns() async throws {
        let pid = try await ChildProcess.run(shell("exec sleep 1000"), name: "sleeper") { child in
            #expect(exists(child.pid))
            return child.pid
        }
        #expect(!exists(pid))
    }

    @Test("gone when the body throws")
    func bodyThrows() async throws {
        var pid: Int32 = 0
        await #expect(throws: Fault.self) {
            try await ChildProcess.run(shell("exec sleep 1000"), name: "sleeper") { child in
                pid = child.pid
                throw Fault()
            }
        }
        #expect(pid > 0 && !exists(pid))
    }

    @Test("gone when the body is cancelled, and not before the body has ended")
    func bodyCancelled() async throws {
        let (pids, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        let task = Task {
            try await ChildProcess.run(shell("exec sleep 1000"), name: "sleeper") { child in
                continuation.yield(child.pid)
                do {
                    _ = try await child.exit()
                } catch {
                    #expect(exists(child.pid))
                    throw error
                }
            }
        }
        let pid = try #require(await pids.first { _ in true })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!exists(pid))
    }

    @Test("one that ignores SIGTERM is killed after the grace")
    func stubborn() async throws {
        var child: ChildProcess?
        let script = "trap '' TERM; echo ready; while :; do sleep 1000; done"
        try await ChildProcess.run(shell(script), name: "stubborn", stop: .milliseconds(100)) {
            child = $0
            _ = try await $0.line { $0 == "ready" }
        }
        #expect(try await child?.exit() == .signaled(SIGKILL))
    }

    @Test("a frozen one hears SIGTERM")
    func frozen() async throws {
        var child: ChildProcess?
        try await ChildProcess.run(shell("trap 'exit 7' TERM; echo ready; while :; do read x; done"), name: "frozen") {
            child = $0
            _ = try await $0.line { $0 == "ready" }
            $0.signal(SIGSTOP)
        }
        #expect(try await child?.exit() == .exited(7))
    }

    @Test("the pid is the program's, signals reach it, and it leads its own process group")
    func pid() async throws {
        try await ChildProcess.run(shell("echo $$; exec sleep 1000"), name: "sleeper") { child in
            let line = try await child.line { _ in true }
            #expect(line == String(child.pid))
            #expect(getpgid(child.pid) == child.pid)
            child.signal(SIGKILL)
            let exit = try await child.exit()
            #expect(exit == .signaled(SIGKILL))
            child.signal(SIGKILL)
        }
    }

    @Test("one that closes its output lives on and can be stopped")
    func closedOutput() async throws {
        try await LifeSign.run { sign in
            let quiet = shell("exec 3>\(sign.path) >&- 2>&-; echo alive >&3; exec sleep 1000")
            try await ChildProcess.run(quiet, name: "quiet") { child in
                try await ChildProcess.run(shell("exec cat \(sign.path)"), name: "cat") { cat in
                    _ = try await cat.line { $0 == "alive" }
                    #expect(exists(child.pid))
                    await child.kill()
                    let exit = try await cat.exit()
                    #expect(exit == .exited(0))
                }
            }
        }
    }

    @Test("what it started and left behind goes with it")
    func leftBehind() async throws {
        try await LifeSign.run { sign in
            try await sign.ends {
                try await ChildProcess.run(shell("exec 3>\(sign.path); sleep 1000 &"), name: "parent") { child in
                    _ = try await child.exit()
                }
            }
        }
    }

    @Test("killed by the kernel when we are killed")
    func weAreKilled() async throws {
        try await LifeSign.run { sign in
            let path = sign.path
            try await sign.ends {
                await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                    try await ChildProcess.run(shell("exec 3>\(path); echo ready; exec sleep 1000"), name: "orphan") {
                        _ = try await $0.line { $0 == "ready" }
                        kill(getpid(), SIGKILL)
                        _ = try await $0.exit()
                    }
                }
            }
        }
    }

    @Test("its environment and directory")
    func surroundings() async throws {
        let command = ChildCommand(
            executable: "sh",
            arguments: ["-c", "echo $NOVA_A; pwd"],
            environment: ["NOVA_A": "a b"],
            workingDirectory: "/usr"
        )
        try await ChildProcess.run(command, name: "looker") { child in
            _ = try await child.exit()
            #expect(child.lastLines() == ["a b", "/usr"])
        }
    }

    @Test("a program that is not there", arguments: ["no-such-program-of-nova", "/no/such/program", "/etc/passwd"])
    func missing(program: String) async throws {
        await #expect(throws: ChildProcessError.self) {
            try await ChildProcess.run(ChildCommand(executable: program), name: "missing") { _ in }
        }
    }

    @Test("many at once")
    func many() async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<40 {
                group.addTask {
                    try await ChildProcess.run(shell("read x; echo \(number)-$x"), name: "one") { child in
                        try await child.send(line: "x")
                        #expect(try await child.exit() == .exited(0))
                        #expect(child.lastLines() == ["\(number)-x"])
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
