import Metrics
import NovaStore
import ResourcePool

/// Leases that ran out come back, and go to those who wait.
struct AllocationMaintenance: Sendable {
    let service: AllocationService

    func care(for space: PoolSpace) async throws {
        var tick: PoolSpace.Tick
        repeat {
            tick = try await space.tick()
            Counter(label: "nova_allocations_expired_total").increment(by: tick.expired)
            Counter(label: "nova_allocations_timed_out_total").increment(by: tick.timedOut)
        } while tick.isUnfinished && !Task.isCancelled
        // Also where nothing has come back just now: whoever was to serve may have died.
        if tick.waiting > 0 { try await service.serve(space) }
    }
}
