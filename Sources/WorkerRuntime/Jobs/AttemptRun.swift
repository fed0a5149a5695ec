import AsyncPrimitives
import FaultPoints
import Logging
import NIOCore
import NIOPosix
import NovaContract
import NovaStore

/// One attempt: runs the handler, and beside it tells of progress and stops it when it is time.
struct AttemptRun<Handler: CommandHandler>: Sendable {
    let handler: Handler
    let store: Store
    let threads: NIOThreadPool
    let slot: SlotPermit
    let turn: Turn
    let progressPerSecond: Int
    let cancellation: CancellationSignal
    let logger: Logger

    /// What one of the tasks ends with.
    private enum Part: Sendable {
        case outcome(Outcome)
        case stop
        case over
    }

    func run(_ command: Command, _ attempt: JobAttempt, until deadline: Int64?) async -> Outcome {
        let box = ProgressBox()
        let context = JobContext(
            attempt: attempt.number,
            logger: logger,
            cancellation: cancellation,
            progressBox: box,
            threads: threads,
            slot: slot,
            turn: turn
        )
        let alarm = deadline.map { raise(at: $0) }
        defer { alarm?.cancel() }
        return await withTaskGroup(of: Part.self) { group in
            group.addTask { .outcome(await handler.handle(command, context: context)) }
            group.addTask {
                await tell(command, attempt, box)
                return .over
            }
            group.addTask { await cancellation.wait() == nil ? .over : .stop }
            if let time = turn.timeAlone {
                group.addTask {
                    // Cancelled where the attempt ends before.
                    do { try await Task.sleep(for: time) } catch { return .over }
                    await turn.release()
                    return .over
                }
            }
            for await part in group {
                switch part {
                case .outcome(let outcome):
                    group.cancelAll()
                    return outcome
                case .stop:
                    group.cancelAll()
                case .over:
                    continue
                }
            }
            return .abandon
        }
    }

    /// On an event loop: a task that sleeps until a deadline is remembered until then, also where it was cancelled long
    /// before, and nearly every one is.
    private func raise(at deadline: Int64) -> Scheduled<Void> {
        // Deadlines lie in the years 1 to 9999, as RFC 3339 has them, and a bound of a century keeps the nanoseconds small.
        let left = TimeAmount.milliseconds(min(max(0, deadline - Timestamp.milliseconds()), 3_155_760_000_000))
        return MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: left) { cancellation.raise(.deadline) }
    }

    private func tell(_ command: Command, _ attempt: JobAttempt, _ box: ProgressBox) async {
        let pause = Duration.seconds(1) / max(1, progressPerSecond)
        for await _ in box.changes {
            guard let progress = box.take() else { continue }
            do {
                let verdict = try await store.jobs.progress(
                    command,
                    run: attempt.run,
                    fraction: progress.fraction,
                    message: progress.message,
                    details: progress.details
                )
                if verdict == .cancelled { cancellation.raise(.requested) }
                try await Task.sleep(for: pause)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("progress was not told", metadata: ["error": "\(error)"])
            }
        }
    }
}
