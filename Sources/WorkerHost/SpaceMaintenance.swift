package import Logging
package import NovaStore
import ServiceLifecycle

/// Looks after all spaces of a kind again and again, beside the commands.
///
/// Each process does it; each space is looked after by one at a time, and it must not matter if two did.
package struct SpaceMaintenance<Space: OwnedSpace>: Service {
    private let spaces: SpaceRegistry<Space>
    private let interval: Duration
    private let logger: Logger
    private let turn: @Sendable (Space, Duration) async throws -> Bool
    private let care: @Sendable (Space) async throws -> Void

    /// - Parameters:
    ///   - interval: between two looks at a space.
    ///   - turn: whether it is this process's turn; nobody else's then for so long.
    ///   - care: does what is due in one.
    package init(
        of spaces: SpaceRegistry<Space>,
        interval: Duration,
        logger: Logger,
        turn: @escaping @Sendable (Space, Duration) async throws -> Bool = { try await $0.takeTurn(for: $1) },
        care: @escaping @Sendable (Space) async throws -> Void
    ) {
        self.spaces = spaces
        self.interval = interval
        self.logger = logger
        self.turn = turn
        self.care = care
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    private func look() async {
        do {
            for space in try await spaces.all() { await look(after: space) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("nothing could be looked after", metadata: ["error": "\(error)"])
        }
    }

    private func look(after space: Space) async {
        do {
            if try await turn(space, interval * 0.9) { try await care(space) }
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
