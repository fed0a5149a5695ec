package import Logging
package import ServiceLifecycle
package import WorkerRuntime

/// What makes a pool's worker its own.
package struct WorkerParts {
    /// One for each kind of the pool's commands.
    let handlers: [RegisteredHandler]
    /// What they read and write, for the errors' text: `the flow's state`.
    let state: String
    /// What the process does beside them.
    let services: [any Service]
    /// Done before the first command is taken; where it throws, the process ends.
    let prepare: @Sendable (Logger) async throws -> Void

    package init(
        handlers: [RegisteredHandler],
        of state: String,
        services: [any Service] = [],
        prepare: @escaping @Sendable (Logger) async throws -> Void = { _ in }
    ) {
        self.handlers = handlers
        self.state = state
        self.services = services
        self.prepare = prepare
    }
}
