extension ChildProcess {
    /// Starts a program, runs `body`, stops the program; returns what `body` returned.
    ///
    /// Afterwards the child is gone and reaped in every case: when `body` returns, throws, or is cancelled (it is the
    /// body's to end then; the child runs until it has). If we are killed, the kernel kills the child (see ``ParentDeathSignal``).
    /// The child has a process group of its own; what it started and left behind in there is killed when it ends.
    ///
    /// - Parameters:
    ///   - name: For messages.
    ///   - grace: How long it may take from SIGTERM until it gets SIGKILL.
    ///   - onLine: Called for each line, one at a time, those of one stream in order. It holds up the reading, so it
    ///     must not block and not wait for this child.
    /// - Throws: ``ChildProcessError`` when it cannot be started, and what `body` throws.
    @discardableResult
    package static func run<R>(
        _ command: ChildCommand,
        name: String,
        stop grace: Duration = .seconds(10),
        onLine: @escaping @Sendable (ChildOutput) -> Void = { _ in },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ChildProcess) async throws -> R
    ) async throws -> R {
        let child = try await ChildSupervisor(command: command, name: name, onLine: onLine).start()
        do {
            let result = try await body(child)
            await child.stop(grace: grace)
            return result
        } catch {
            await child.stop(grace: grace)
            throw error
        }
    }
}
