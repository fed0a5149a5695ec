package import Logging
package import ServiceLifecycle
package import WorkerRuntime

/// What makes a pool's worker its own.
package struct WorkerParts<Handler: CommandHandler> {
    /// Of the pool's commands.
    package let handler: Handler
    /// What the process does beside them.
    package let services: [any Service]
    /// Done before the first command is taken; where it throws, the process ends.
    package let prepare: @Sendable (Logger) async throws -> Void

    package init(
        handler: Handler,
        services: [any Service] = [],
        prepare: @escaping @Sendable (Logger) async throws -> Void = { _ in }
    ) {
        self.handler = handler
        self.services = services
        self.prepare = prepare
    }
}
