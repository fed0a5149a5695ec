import AsyncPrimitives
import Foundation
import Subprocess
import Synchronization

/// A running program that we started; made by ``run(_:name:stop:onLine:isolation:_:)``.
///
/// It leads a process group of its own, so Ctrl-C in a terminal does not reach it: whoever started it stops it.
package final class ChildProcess: Sendable {
    /// Of the program itself, not of a wrapper.
    package let pid: Int32
    package let name: String
    let output: OutputLog
    private let input: StandardInputWriter
    private let life = Mutex(ChildLife())

    init(pid: Int32, name: String, output: OutputLog, input: StandardInputWriter) {
        self.pid = pid
        self.name = name
        self.output = output
        self.input = input
    }

    // MARK: What it writes and reads

    /// The place in its output that is reached now; for ``line(after:where:)``.
    package var mark: OutputMark { output.mark }

    /// The last lines it wrote, at most `count`; no more than some 200 are kept.
    package func lastLines(_ count: Int = 20) -> [String] { output.last(count) }

    /// Waits for a line on either stream; lines written after `mark`, which are already there, count.
    ///
    /// Of the past only the last 200 lines are sure to be looked at. `predicate` runs under a lock: keep it quick.
    /// - Throws: ``ChildProcessError/ended(name:exit:lastLines:)`` when it ends first, `CancellationError`.
    package func line(
        after mark: OutputMark = .start,
        where predicate: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        if let line = try await output.line(after: mark, where: predicate) { return line }
        throw ChildProcessError.ended(name: name, exit: try await exit(), lastLines: lastLines())
    }

    /// The same with a limit to the waiting.
    ///
    /// - Throws: ``ChildProcessError/silent(name:waited:lastLines:)`` when no such line came in time.
    package func line(
        after mark: OutputMark = .start,
        within limit: Duration,
        where predicate: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        do {
            return try await withDeadline(limit) { try await self.line(after: mark, where: predicate) }
        } catch is DeadlineExceeded {
            throw ChildProcessError.silent(name: name, waited: limit, lastLines: lastLines())
        }
    }

    /// Writes a line to its standard input; returns when the pipe has taken it, which is not when it was read.
    ///
    /// Lines sent at once by several tasks stay whole up to 4 KiB.
    /// - Throws: ``ChildProcessError/inputClosed(name:reason:)``.
    package func send(line: String) async throws {
        let bytes = Array((line + "\n").utf8)
        let written: Int
        do {
            written = try await input.write(bytes)
        } catch {
            throw ChildProcessError.inputClosed(name: name, reason: String(describing: error))
        }
        guard written == bytes.count else { throw ChildProcessError.inputClosed(name: name, reason: "it has ended") }
    }

    // MARK: Its life

    /// Sends it a signal; without effect when it has ended.
    ///
    /// Never reaches another process that got its pid later.
    package func signal(_ number: Int32) {
        send(number, to: pid)
    }

    /// Waits until it has ended and all it wrote has been read.
    ///
    /// - Throws: `CancellationError`; the child then goes on.
    package func exit() async throws -> ChildExit {
        let id = life.withLock { $0.makeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let result = life.withLock { life -> Result<ChildExit, any Error>? in
                    // Whoever is cancelled later is found by the handler below.
                    guard !Task.isCancelled else { return .failure(CancellationError()) }
                    return life.wait(waiter, id: id).map { .success($0) }
                }
                if let result { waiter.resume(with: result) }
            }
        } onCancel: {
            life.withLock { $0.remove(id) }?.resume(throwing: CancellationError())
        }
    }

    /// Kills it with SIGKILL and returns when it is gone, also when the calling task is cancelled.
    package func kill() async {
        await stop(grace: .zero)
    }

    /// Asks it to stop with SIGTERM, kills it after `grace`; returns when it is gone.
    ///
    /// A frozen child is thawed to hear the request. Goes on also when the calling task is cancelled.
    package func stop(grace: Duration = .seconds(10)) async {
        // A task of its own is not cancelled with the caller, whose child would else outlive it.
        await Task { await end(after: grace) }.value
    }

    private func end(after grace: Duration) async {
        // Only a cancelled task is thrown out of these waits, and this one has nobody to cancel it.
        if grace > .zero {
            signal(SIGTERM)
            signal(SIGCONT)
            do {
                _ = try await withDeadline(grace) { try await self.exit() }
                return
            } catch {
                // It has not ended in time.
            }
        }
        signal(SIGKILL)
        _ = try? await exit()
    }

    // MARK: Told by the one who watches it

    /// It has ended but is not reaped: whatever it left behind in its process group goes with it.
    func sweep() {
        send(SIGKILL, to: -pid)
        life.withLock { $0.beginEnding() }
    }

    func ended(_ exit: ChildExit) {
        let waiting = life.withLock { $0.end(exit) }
        output.end()
        for waiter in waiting { waiter.resume(returning: exit) }
    }

    /// Under the lock, for then nobody reaps the child meanwhile.
    private func send(_ number: Int32, to target: Int32) {
        life.withLock { life in
            guard life.isSignalable else { return }
            _ = Foundation.kill(target, number)
        }
    }
}
