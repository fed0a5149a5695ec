import AsyncPrimitives
import Synchronization

/// Keeps scopes open beside a body: each is opened when it is asked for and closed when it ends, or with the host.
///
/// So a process can be started and ended in any order, from any task, and is gone in every case when the body has ended.
package final class ScopeHost: Sendable {
    package struct Closed: Error {}

    /// Holds a scope open until its end.
    private typealias Scope = @Sendable () async -> Void

    private struct State {
        var waiting: [(open: Scope, refuse: @Sendable () -> Void)] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let requested = AsyncSignal()

    private init() {}

    /// Runs `body`, then cancels the scopes that are open and returns when all have ended.
    package static func run<R: Sendable>(
        _ body: @escaping @Sendable (ScopeHost) async throws -> R
    ) async throws -> R {
        let host = ScopeHost()
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                await host.serve()
                return nil
            }
            group.addTask { try await body(host) }
            // Only the body ends by itself.
            defer {
                host.close()
                group.cancelAll()
            }
            while let ended = try await group.next() {
                if let result = ended { return result }
            }
            throw CancellationError()
        }
    }

    /// Opens a scope and returns what it calls `ready` with; the scope goes on.
    ///
    /// - Throws: what the scope throws before that; ``Closed`` where it ends without, or the host has ended.
    package func open<Value: Sendable>(
        _ scope: @escaping @Sendable (_ ready: @escaping @Sendable (Value) -> Void) async throws -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let opening = Opening(continuation)
            let run: Scope = {
                do {
                    try await scope { opening.end(.success($0)) }
                    opening.end(.failure(Closed()))
                } catch {
                    // After it was ready nobody waits, and the scope's user sees the end of what it held.
                    opening.end(.failure(error))
                }
            }
            let isTaken = state.withLock { state in
                guard !state.isClosed else { return false }
                state.waiting.append((run, { opening.end(.failure(Closed())) }))
                return true
            }
            if isTaken { requested.signal() } else { opening.end(.failure(Closed())) }
        }
    }

    private func serve() async {
        await withDiscardingTaskGroup { group in
            for await _ in requested {
                for waiting in takeWaiting() { group.addTask { await waiting.open() } }
            }
            group.cancelAll()
        }
    }

    private func takeWaiting() -> [(open: Scope, refuse: @Sendable () -> Void)] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    private func close() {
        let refused = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in refused { waiting.refuse() }
    }
}

/// Answers whoever opened a scope, once.
private final class Opening<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) {
        self.continuation = Mutex(continuation)
    }

    func end(_ result: Result<Value, any Error>) {
        let waiter = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiter?.resume(with: result)
    }
}
