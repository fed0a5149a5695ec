import Coordination
import NovaContract
import NovaStore
import WorkPool
import WorkerRuntime

/// Drives coordinations: saves each step, asks for its parts, waits for their ends.
///
/// The command of a coordination is unfinished until its end. Whoever gets it next, after the death of its worker at any
/// place, goes on from the saved state: a step is saved before its parts are made, and making parts again changes nothing.
struct Coordinator: Sendable {
    let wakes: CoordinationWakes
    /// Whether agents of kind `model` can work now.
    let hasModels: @Sendable () -> Bool

    func run(
        _ request: CoordinateRequest,
        _ command: Command,
        _ space: WorkSpace,
        _ context: JobContext
    ) async throws -> JSONValue {
        let drive = CoordinationDrive(command: command, space: space, hasModels: hasModels())
        return try await wakes.listening(to: command.entityID) { listener in
            do {
                var move = try await drive.begin(request)
                while move.state.verdict == nil, !drive.isPlan(move.state) {
                    if context.cancellation.isRaised { throw CancellationError() }
                    if let next = try await drive.advance(move) {
                        move = next
                        continue
                    }
                    let due = move.wakeAt.map { Duration.milliseconds($0 - Timestamp.milliseconds()) }
                    await context.withoutSlot { await listener.wait(atMost: due ?? CoordinationWakes.longestSilence) }
                }
                return try drive.answer(move.state)
            } catch {
                // Told to stop, and it does not go on later: nobody wants its parts any more.
                if let reason = context.cancellation.reason, !reason.goesOn {
                    // What is cancelled could not tell Redis of it.
                    await Task {
                        await CoordinationDrive(command: command, space: space, hasModels: false).cancel(context.logger)
                    }.value
                }
                throw error
            }
        }
    }
}
