import AsyncPrimitives
import LLMClient
import Logging
import NIOCore
import NIOPosix
import NovaContract
import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization
import WorkPool

/// Runs the agents of kind `model`: claims what they can do, as an external agent would, and has a model do it.
///
/// Each worker does it for all of them; who claims first has the task, and a worker that dies loses its leases. It looks
/// when something became ready, when a task of its own has ended, and every few seconds, by which the agents are known to live.
final class ModelRunner: Service {
    private struct Place: Hashable, Sendable {
        let owner: String
        let domain: String
    }

    private struct State {
        var slots: ModelSlots
        var woken: Set<Place> = []
        /// Where an agent found no slot.
        var starved: Set<Place> = []
        /// Tasks that wait for a slot again.
        var returning: [UInt64: AsyncSignal] = [:]
        var lastReturn: UInt64 = 0
        var isSweepDue = true
    }

    private let store: Store
    private let server: ModelServer
    private let logger: Logger
    private let state: Mutex<State>
    private let wake = AsyncSignal()
    /// Well below the shortest time to live of a model agent.
    private static let sweep: Duration = .seconds(5)

    init(store: Store, server: ModelServer, slots: ModelSlots, logger: Logger) {
        self.store = store
        self.server = server
        self.logger = logger
        state = Mutex(State(slots: slots))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.server.watch { self.sweepSoon() } }
                group.addTask { await self.hear() }
                await self.pump(&group)
            }
        }
        do {
            try await server.client.close()
        } catch {
            logger.warning("the client of the models' server did not close", metadata: ["error": "\(error)"])
        }
    }

    // MARK: - Waking

    private func sweepSoon() {
        state.withLock { $0.isSweepDue = true }
        wake.signal()
    }

    private func rouse(_ place: Place) {
        state.withLock { state in _ = state.woken.insert(place) }
        wake.signal()
    }

    private func hear() async {
        await store.redis.hear(store.keys.readyChannel, buffer: 16_384) { error in
            self.logger.warning("ready tasks are not heard of", metadata: ["error": "\(error)"])
        } _: { event in
            guard case .message(_, _, let payload) = event else { return }
            let parts = String(decoding: payload, as: UTF8.self)
                .split(separator: SpaceName.separator, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 3 { self.rouse(Place(owner: parts[0], domain: parts[1])) }
        }
    }

    private func pump(_ group: inout DiscardingTaskGroup) async {
        while !Task.isCancelled {
            await look(&group)
            // Not a sleep: one that is cancelled is remembered until its time.
            let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(
                in: .milliseconds(Self.sweep.wholeMilliseconds)
            ) { self.sweepSoon() }
            await wake.wait()
            alarm.cancel()
        }
    }

    // MARK: - Claiming

    private func look(_ group: inout DiscardingTaskGroup) async {
        guard server.isAvailable else { return }
        let (isSweep, woken) = state.withLock { state in
            defer {
                state.isSweepDue = false
                state.woken = []
            }
            return (state.isSweepDue, state.woken)
        }
        do {
            let places =
                isSweep
                ? Set(try await store.workSpaces.all().map { Place(owner: $0.owner, domain: $0.domain) }) : woken
            // In no order, so that nobody is always the last where there are not enough slots.
            for place in places.shuffled() { try await look(at: place, &group) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("model agents could not claim", metadata: ["error": "\(error)"])
        }
    }

    /// One task for each agent in turn, until none is given or there is no slot.
    private func look(at place: Place, _ group: inout DiscardingTaskGroup) async throws {
        let space = store.work(owner: place.owner, domain: place.domain)
        var agents = try await space.agents.agents(try await space.agents.models()).shuffled()
        while !agents.isEmpty {
            var served: [AgentRecord] = []
            for agent in agents where try await serve(agent, in: space, place, &group) { served.append(agent) }
            agents = served
        }
    }

    /// Returns whether it was given a task.
    private func serve(
        _ agent: AgentRecord,
        in space: WorkSpace,
        _ place: Place,
        _ group: inout DiscardingTaskGroup
    ) async throws -> Bool {
        guard let profile = agent.definition.profile else { return false }
        let model = profile.model ?? server.defaultModel
        let isFree = state.withLock { state in
            let isFree = state.slots.isFree(model) && server.isAvailable
            if !isFree { state.starved.insert(place) }
            return isFree
        }
        // Without a slot it is only told that the agent lives.
        // In a task of its own: what is claimed while this one is cancelled is handed back, not lost.
        let claimed = try await Task {
            try await space.tasks.claim(
                agentID: agent.definition.agentID,
                maximum: isFree ? 1 : 0,
                lease: nil,
                makesAgent: false
            )
        }.value
        guard let task = claimed.first else { return false }
        state.withLock { $0.slots.take(model) }
        let hasSlot = SlotMark()
        let work = ModelTask(
            task: task,
            agentID: agent.definition.agentID,
            profile: profile,
            model: model,
            lease: .milliseconds(Int64(agent.definition.heartbeatTTL * 1_000)),
            space: space,
            client: server.client,
            logger: logger,
            rest: { [self] in try await rest($0, model, place, hasSlot) }
        )
        group.addTask {
            await work.run()
            self.end(model, place, hasSlot)
        }
        return true
    }

    /// Whether a task that runs has its slot.
    private final class SlotMark: Sendable {
        let isHeld = Mutex(true)
    }

    /// Gives the slot to others while tools are waited for, which may need one themselves; then takes one again.
    private func rest(_ isResting: Bool, _ model: String, _ place: Place, _ mark: SlotMark) async throws {
        if isResting {
            mark.isHeld.withLock { $0 = false }
            return gaveBack(model, place)
        }
        let turn = AsyncSignal()
        let id = state.withLock { state in
            state.lastReturn += 1
            state.returning[state.lastReturn] = turn
            state.slots.beginReturn(model)
            return state.lastReturn
        }
        defer {
            state.withLock { state in
                state.returning[id] = nil
                state.slots.endReturn(model)
            }
            // New ones may begin again.
            rouseStarved(place)
        }
        while !state.withLock({ $0.slots.takeAgain(model) }) {
            guard await turn.wait() else { throw CancellationError() }
        }
        mark.isHeld.withLock { $0 = true }
    }

    private func end(_ model: String, _ place: Place, _ mark: SlotMark) {
        if mark.isHeld.withLock({ $0 }) { gaveBack(model, place) } else { rouse(place) }
    }

    private func gaveBack(_ model: String, _ place: Place) {
        let returning = state.withLock { state in
            state.slots.giveBack(model)
            return state.returning.values.map(\.self)
        }
        for turn in returning { turn.signal() }
        rouseStarved(place)
    }

    private func rouseStarved(_ place: Place) {
        state.withLock { state in
            state.woken.insert(place)
            state.woken.formUnion(state.starved)
            state.starved = []
        }
        wake.signal()
    }
}
