package import ServiceLifecycle
package import WorkerRuntime

/// What makes a pool's worker its own.
package struct WorkerParts<Handler: CommandHandler> {
    /// Of the pool's commands.
    package let handler: Handler
    /// What the process does beside them.
    package let services: [any Service]

    package init(handler: Handler, services: [any Service] = []) {
        self.handler = handler
        self.services = services
    }
}
