import Logging
import Metrics
import NovaContract
import NovaStore
import ServiceLifecycle

/// Looks after all spaces: what is due is done, what is ready is assigned to agents that wait for Nova.
///
/// Each process does it; each space is looked after by one at a time, and it would not matter if two did.
struct WorkCare: Service {
    let store: Store
    let assigner: Assigner
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
            for space in try await store.workSpaces.all() { await care(for: space) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("tasks could not be looked after", metadata: ["error": "\(error)"])
        }
    }

    private func care(for space: WorkSpace) async {
        do {
            guard try await space.takeTurn(for: interval * 0.9) else { return }
            var tick: WorkSpace.Tick
            repeat {
                tick = try await space.tick()
                Counter(label: "nova_task_timers_total").increment(by: tick.done)
            } while tick.isUnfinished && !Task.isCancelled
            if tick.ready > 0 { try await assigner.assignReady(in: space) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "a space could not be looked after",
                metadata: ["owner": "\(space.owner)", "domain": "\(space.domain)", "error": "\(error)"]
            )
        }
    }
}
