/// Thrown where something took longer than it may.
package struct DeadlineExceeded: Error, Equatable {
    package init() {}
}

/// Runs `body` for at most `limit`, then cancels it.
///
/// Returns when the body has ended, in every case: one that does not heed its cancellation is waited for. What it returns
/// after the deadline is dropped.
///
/// - Cost: two child tasks. The runtime remembers a cancelled sleep until its time, so this is not for deadlines of hours on a
///   path that many take.
/// - Throws: ``DeadlineExceeded``; what `body` throws before; `CancellationError` where the caller is cancelled.
package func withDeadline<Result: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withDeadline(until: .now + limit, body)
}

/// Runs `body` until `deadline` at the latest, then cancels it; otherwise as ``withDeadline(_:_:)``.
package func withDeadline<Result: Sendable>(
    until deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(until: deadline, clock: .continuous)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}
