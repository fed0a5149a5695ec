/// Runs `body` for at most `limit`, then cancels it; nil when it was not done by then.
///
/// Throws what `body` throws; `CancellationError` when the caller is cancelled.
func withDeadline<R: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> R
) async throws -> R? {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
