import Logging
import Metrics
import NovaContract
import NovaStore
import ServiceLifecycle

/// Looks after all spaces: leases that ran out come back, and go to those who wait.
///
/// Each process does it; each space is looked after by one at a time, and it would not matter if two did.
struct AllocationCare: Service {
    let store: Store
    let desk: AllocationDesk
    /// Between two looks at a space.
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    private func look() async {
        do {
            for space in try await store.poolSpaces.all() { await care(for: space) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("resources could not be looked after", metadata: ["error": "\(error)"])
        }
    }

    private func care(for space: PoolSpace) async {
        do {
            guard try await space.takeTurn(for: interval * 0.9) else { return }
            var tick: PoolSpace.Tick
            repeat {
                tick = try await space.tick()
                Counter(label: "nova_allocations_expired_total").increment(by: tick.expired)
                Counter(label: "nova_allocations_timed_out_total").increment(by: tick.timedOut)
            } while tick.isUnfinished && !Task.isCancelled
            // Also where nothing has come back just now: whoever was to serve may have died.
            if tick.waiting > 0 { try await desk.serve(space) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "a space's resources could not be looked after",
                metadata: ["owner": "\(space.owner)", "domain": "\(space.domain)", "error": "\(error)"]
            )
        }
    }
}
