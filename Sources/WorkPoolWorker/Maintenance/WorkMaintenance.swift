import Metrics
import NovaStore
import WorkPool

/// What is due among the tasks and agents of a space is done; what is ready is assigned to agents that wait for Nova.
struct WorkMaintenance: Sendable {
    let assigner: Assigner

    func care(for space: WorkSpace) async throws {
        var tick: WorkSpace.Tick
        repeat {
            tick = try await space.tick()
            Counter(label: "nova_task_timers_total").increment(by: tick.done)
        } while tick.isUnfinished && !Task.isCancelled
        if tick.ready > 0 { try await assigner.assignReady(in: space) }
    }
}
