/// Lets at most so many tasks at once into a section of code, in the order in which they asked.
///
/// - Fairness: first come, first served. A permit that comes back goes straight to the task that has waited longest; one that
///   asks just then cannot overtake it.
/// - Cancellation: a task that is cancelled while it waits leaves the line and throws; it takes no permit with it. One that has
///   its permit already runs its body, which may look at its own cancellation.
/// - Cost: without contention one lock to enter and one to leave. Who waits holds no thread.
///
/// A body must not ask for a permit of the same semaphore: with all permits in the hands of such bodies they wait for each other
/// for ever.
package final class AsyncSemaphore: Sendable {
    /// Thrown where as many tasks as may are waiting already.
    package struct TooManyWaiters: Error {}

    private let maximumWaiters: Int
    /// Permits that nobody has.
    private let free: WaitList<Int>

    /// - Parameters:
    ///   - permits: tasks inside at once, at least 1.
    ///   - maximumWaiters: tasks in line, beyond which the next is refused.
    package init(permits: Int, maximumWaiters: Int = .max) {
        precondition(permits >= 1, "nobody would ever get a permit")
        precondition(maximumWaiters >= 0)
        self.maximumWaiters = maximumWaiters
        free = WaitList(permits)
    }

    /// Tasks in line.
    package var waiters: Int { free.count }

    /// Runs `body` once there is a permit for it; the permit comes back when the body returns or throws.
    ///
    /// - Throws: `CancellationError` where the task is cancelled before it has a permit, ``TooManyWaiters`` at once where the
    ///   line is full, and what the body throws.
    package func withPermit<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let ending = await free.wait { [maximumWaiters] free, waiters in
            guard free == 0 else {
                free -= 1
                return .admit
            }
            return waiters < maximumWaiters ? .wait : .refuse
        }
        switch ending {
        case .admitted: break
        case .refused: throw TooManyWaiters()
        case .cancelled: throw CancellationError()
        }
        defer { release() }
        return try await body()
    }

    private func release() {
        free.admitFirst { free, isWaitedFor in
            if !isWaitedFor { free += 1 }
            return isWaitedFor
        }
    }
}
