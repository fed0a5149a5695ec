import ChildProcesses
import Foundation

/// A named pipe that a process of any parentage holds open for writing, so that its end can be waited for.
struct LifeSign {
    let path: String

    @discardableResult
    static func run<R>(_ body: (LifeSign) async throws -> R) async throws -> R {
        try await TemporaryDirectory.run(prefix: "nova-life") { directory in
            let path = directory + "/sign"
            guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            return try await body(LifeSign(path: path))
        }
    }

    /// Runs `body` while somebody listens; returns when every process that held the pipe open is gone.
    @discardableResult
    func ends<R>(after body: () async throws -> R) async throws -> R {
        let reader = ChildCommand(executable: "cat", arguments: [path])
        return try await ChildProcess.run(reader, name: "cat") { cat in
            // `cat` has opened the pipe only when somebody has opened it for writing.
            let result = try await body()
            _ = try await cat.exit()
            return result
        }
    }
}
