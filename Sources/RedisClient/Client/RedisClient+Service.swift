import ServiceLifecycle

extension RedisClient: Service {
    /// Keeps the connections until graceful shutdown or cancellation, then closes them.
    ///
    /// Redis being away does not end it. Put it before its users in a `ServiceGroup`, which stops services in reverse
    /// order.
    package func run() async throws {
        start()
        do { try await gracefulShutdown() } catch is CancellationError {}
        await close()
    }
}
