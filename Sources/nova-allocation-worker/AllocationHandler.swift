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
        do {
            return try await .done(answer(command))
        } catch let error as NovaError where error.code == .serviceUnavailable {
            return .retry(after: error.retryAfter.map { .seconds($0) }, error: error)
        } catch let error as NovaError {
            return .reject(error)
        } catch is CancellationError {
            return .abandon
        } catch {
            // What Redis may answer another time is tried again; a reply that makes no sense would not get better.
            let told = NovaError(.serviceUnavailable, "resources could not be read or written: \(error)")
            let mayPass = (error as? RedisError)?.isRetriable ?? false
            return mayPass ? .retry(after: nil, error: told) : .reject(NovaError(.serviceError, told.message))
        }
    }

    private func answer(_ command: Command) async throws -> JSONValue {
        let space = store.pools(owner: command.owner, domain: command.domain)
        let body = try Self.body(of: command)
        FaultPoint.workerMidHandle.reach()
        switch command.kind {
        case .putResource:
            let definition = try ResourceDefinition(id: command.entityID, body: body)
            return try await desk.declare(definition, command, space)
        case .deleteResource: return try await desk.drop(command, space)
        case .allocate:
            let request = try AllocateRequest(body: body, ttl: Double(ttl.wholeMilliseconds) / 1_000)
            return try await desk.allocate(request, command, space)
        case .releaseAllocation: return try await desk.end(.release, command, space)
        case .renewAllocation:
            return try await desk.end(.renew(ttl: try RenewRequest(body: body).ttl), command, space)
        default: throw NovaError(.serviceError, "a command of another pool came here: \(command.kind.rawValue)")
        }
    }

    private static func body(of command: Command) throws -> JSONValue {
        do {
            return try JSONValue(parsing: command.payload)
        } catch {
            throw NovaError(.validationError, "the command's body is not JSON: \(error)")
        }
    }
}
