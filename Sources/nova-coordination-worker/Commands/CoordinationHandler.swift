import FaultPoints
import NovaContract
import NovaStore
import RedisClient
import WorkerRuntime

/// Handles the commands on tasks, agents and coordinations.
struct CoordinationHandler: CommandHandler {
    let store: Store
    let assigner: Assigner
    let coordinator: Coordinator

    func handle(_ command: Command, context: JobContext) async -> Outcome {
        await Outcome.of("tasks and agents") { .done(try await answer(command, context)) }
    }

    private func answer(_ command: Command, _ context: JobContext) async throws -> JSONValue {
        let space = store.work(owner: command.owner, domain: command.domain)
        let tasks = TaskCommands(command: command, space: space)
        let agents = AgentCommands(command: command, space: space)
        let body = try command.body()
        FaultPoint.workerMidHandle.reach()
        switch command.kind {
        case .createTask: return try await tasks.create(body)
        case .createTasks: return try await tasks.createBatch(body)
        case .updateTask: return try await tasks.update(body)
        case .patchTask: return try await tasks.patch(body)
        case .deleteTask: return try await tasks.delete(body)
        case .completeTask: return try await tasks.report(.complete, body)
        case .failTask: return try await tasks.report(.fail, body)
        case .releaseTask: return try await tasks.report(.release, body)
        case .putAgent: return try await agents.put(body)
        case .patchAgent: return try await agents.patch(body)
        case .deleteAgent: return try await agents.delete()
        case .assignAgent: return try await agents.assign(body)
        case .assignTasks: return try await assigner.answer(try AssignmentRequest(body: body), command, space)
        case .coordinate: return try await coordinator.run(try CoordinateRequest(body: body), command, space, context)
        default:
            throw command.misdirected
        }
    }
}
