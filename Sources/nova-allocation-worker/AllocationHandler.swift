import FaultPoints
import NovaContract
import NovaStore
import RedisClient
import WorkerRuntime

/// Handles the commands on resources and allocations.
struct AllocationHandler: CommandHandler {
    let store: Store
    let desk: AllocationDesk
    /// Of leases whose request does not say.
    let ttl: Duration

    func handle(_ command: Command, context: JobContext) async -> Outcome {
        await Outcome.of("resources") { .done(try await answer(command)) }
    }

    private func answer(_ command: Command) async throws -> JSONValue {
        let space = store.pools(owner: command.owner, domain: command.domain)
        let body = try command.body()
        FaultPoint.workerMidHandle.reach()
        switch command.kind {
        case .putResource:
            let definition = try ResourceDefinition(id: command.entityID, body: body)
            return try await desk.declare(definition, command, space)
        case .patchResource: return try await desk.patch(body, command, space)
        case .deleteResource: return try await desk.drop(command, space)
        case .allocate:
            let request = try AllocateRequest(body: body, ttl: Double(ttl.wholeMilliseconds) / 1_000)
            return try await desk.allocate(request, command, space)
        case .releaseAllocation: return try await desk.end(.release, command, space)
        case .renewAllocation:
            return try await desk.end(.renew(ttl: try RenewRequest(body: body).ttl), command, space)
        default: throw command.misdirected
        }
    }
}
