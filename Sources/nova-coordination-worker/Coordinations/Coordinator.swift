import Coordination
import FaultPoints
import NovaContract
import NovaStore
import WorkerRuntime

/// Drives coordinations: saves each step, asks for its parts, waits for their ends.
///
/// The command of a coordination is unfinished until its end. Whoever gets it next, after the death of its worker at any
/// place, goes on from the saved state: a step is saved before its parts are made, and making parts again changes nothing.
struct Coordinator: Sendable {
    let wakes: CoordinationWakes

    func run(
        _ request: CoordinateRequest,
        _ command: Command,
        _ space: WorkSpace,
        _ context: JobContext
    ) async throws -> JSONValue {
        let drive = CoordinationDrive(command: command, space: space)
        let heard = wakes.listen(command.entityID)
        defer { wakes.stopListening(command.entityID) }
        do {
            var move = try await drive.begin(request)
            while move.state.verdict == nil, !drive.isPlan(move.state) {
                if context.cancellation.isRaised { throw CancellationError() }
                if let next = try await drive.advance(move) {
                    move = next
                    continue
                }
                let now = Timestamp.milliseconds()
                let left =
                    move.wakeAt.map { Duration.milliseconds(max(1, $0 - now)) } ?? CoordinationWakes.longestSilence
                await context.withoutSlot { await wakes.wait(command.entityID, heard, atMost: left) }
            }
            return try drive.answer(move.state)
        } catch {
            // Handed over, it goes on elsewhere; else nobody wants its parts any more.
            if context.cancellation.isRaised, context.cancellation.reason != .handedOver {
                // What is cancelled could not tell Redis of it.
                await Task { await drive.cancel(context.logger) }.value
            }
            throw error
        }
    }
}
