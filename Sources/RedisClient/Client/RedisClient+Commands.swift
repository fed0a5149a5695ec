import NIOCore

extension RedisClient {
    /// Sends one command and returns its reply.
    ///
    /// - Parameter deadline: the longest to wait, the wait for a connection included; nil: the configuration's.
    /// - Throws: `RedisError`, of which `mayHaveBeenApplied` tells whether the server may have executed the command;
    ///   `CancellationError` as soon as the task is cancelled, where it may have executed it too.
    package func command(_ arguments: RedisArgument..., deadline: Duration? = nil) async throws -> RedisValue {
        try await command(arguments, deadline: deadline)
    }

    /// The same for arguments that are a list already.
    package func command(_ arguments: [RedisArgument], deadline: Duration? = nil) async throws -> RedisValue {
        try await execute(.one(arguments), until: expiry(deadline)).single()
    }

    /// Sends several commands together and in order; no command of another task comes between them.
    ///
    /// They are not a transaction, unless the first is `MULTI` and the last `EXEC`.
    ///
    /// - Returns: one result for each command, in order. Where the connection breaks or the deadline passes midway, the
    ///   replies that came are there, and the other commands have failed with an error that tells.
    /// - Throws: as `command`, but only where nothing was sent or the task was cancelled.
    package func pipeline(
        _ commands: [[RedisArgument]],
        deadline: Duration? = nil
    ) async throws -> [Result<RedisValue, RedisError>] {
        guard !commands.isEmpty else { return [] }
        return try await execute(.several(commands), until: expiry(deadline)).results(count: commands.count)
    }

    /// Runs a script by its SHA-1.
    ///
    /// A server that does not know it, because it was restarted or flushed, is sent the source with the same call,
    /// once; from then on it knows the script.
    ///
    /// - Parameters:
    ///   - keys: all keys the script touches; on a cluster they must be of one slot.
    ///   - deadline: as for `command`, for both round trips together.
    package func evaluate(
        _ script: RedisScript,
        keys: [RedisArgument] = [],
        arguments: [RedisArgument] = [],
        deadline: Duration? = nil
    ) async throws -> RedisValue {
        let expiry = expiry(deadline)
        let rest = [RedisArgument(keys.count)] + keys + arguments
        let outcome = try await execute(.one(["EVALSHA", RedisArgument(script.sha1)] + rest), until: expiry)
        // Not known means not executed, so that sending it again cannot apply it twice.
        guard case .reply(.error(let error)) = outcome, error.code == "NOSCRIPT" else { return try outcome.single() }
        return try await execute(.one(["EVAL", RedisArgument(script.source)] + rest), until: expiry).single()
    }

    private func expiry(_ deadline: Duration?) -> NIODeadline {
        .now() + TimeAmount(deadline ?? configuration.commandDeadline)
    }

    private func execute(_ content: Request.Content, until deadline: NIODeadline) async throws -> CommandOutcome {
        try await connection().execute(Request(content), deadline: deadline)
    }
}
