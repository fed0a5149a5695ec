import FaultPoints
package import NovaContract

/// What carries out one kind of command.
package struct RegisteredHandler: Sendable {
    package let kind: CommandKind
    let handle: @Sendable (Command, JobContext) async throws -> Outcome
}

extension CommandBodyReading {
    /// Registers what carries out the commands of this declaration.
    ///
    /// - Parameter handle: gets the body, which is valid, the command and its context. What it throws becomes an outcome as
    ///   `Outcome.of` says.
    package func handled(
        _ handle: @escaping @Sendable (Body, Command, JobContext) async throws -> Outcome
    ) -> RegisteredHandler {
        RegisteredHandler(kind: kind) { command, context in
            let subject = CommandSubject(
                entityID: command.entityID,
                jobID: command.jobID,
                createdAt: command.createdAt,
                source: .record
            )
            let body = try read(try command.body(), subject)
            FaultPoint.workerMidHandle.reach()
            return try await handle(body, command, context)
        }
    }

    /// Registers what answers the commands of this declaration: the job is done with what `answer` returns.
    package func answered(
        _ answer: @escaping @Sendable (Body, Command, JobContext) async throws -> JSONValue
    ) -> RegisteredHandler {
        handled { .done(try await answer($0, $1, $2)) }
    }
}

/// Gives each command of a pool to what is registered for its kind.
package struct CommandRouter: CommandHandler {
    /// Why handlers do not make a pool's worker; the process must not begin.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let handlers: [CommandKind: RegisteredHandler]
    private let state: String

    /// - Parameters:
    ///   - kinds: all kinds of commands of the pool.
    ///   - state: what they read and write, for the errors' text: `the flow's state`.
    /// - Throws: `Fault` where a kind has no handler, or two, or a handler is for a kind of another pool.
    package init(for kinds: [CommandKind], state: String, _ handlers: [RegisteredHandler]) throws(Fault) {
        var byKind: [CommandKind: RegisteredHandler] = [:]
        for handler in handlers {
            guard kinds.contains(handler.kind) else {
                throw Fault(description: "there is a handler for \(handler.kind.name), which is not of this pool")
            }
            guard byKind.updateValue(handler, forKey: handler.kind) == nil else {
                throw Fault(description: "there are two handlers for \(handler.kind.name)")
            }
        }
        if let missing = kinds.first(where: { byKind[$0] == nil }) {
            throw Fault(description: "there is no handler for \(missing.name)")
        }
        self.handlers = byKind
        self.state = state
    }

    package func handle(_ command: Command, context: JobContext) async -> Outcome {
        guard let handler = handlers[command.kind] else { return .reject(command.misdirected) }
        return await Outcome.of(state) { try await handler.handle(command, context) }
    }
}
