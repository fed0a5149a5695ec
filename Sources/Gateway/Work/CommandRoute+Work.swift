import NovaContract
import NovaStore

/// The commands on tasks and agents.
extension CommandRoute {
    private static let writeTasks = Permission(.write, area: "tasks")
    private static let writeAgents = Permission(.write, area: "agents")

    static let createTask = CommandRoute(
        kind: .createTask,
        permission: writeTasks,
        entity: .member("task_id"),
        validate: { _ = try NewTasks(taskID: $0, body: $1, now: Timestamp.milliseconds(), source: .request) }
    )

    static let createTasks = CommandRoute(
        kind: .createTasks,
        permission: writeTasks,
        entity: .job,
        validate: { _ = try NewTasks(batchID: $0, body: $1, now: Timestamp.milliseconds(), source: .request) }
    )

    static let updateTask = CommandRoute(
        kind: .updateTask,
        permission: writeTasks,
        entity: .path("task_id"),
        isVersioned: true,
        validate: { _ = try TaskChange(taskID: $0, body: $1, now: Timestamp.milliseconds(), source: .request) }
    )

    static let patchTask = CommandRoute(
        kind: .patchTask,
        permission: writeTasks,
        entity: .path("task_id"),
        patched: { store, owner, domain, id, patch in
            try await store.work(owner: owner, domain: domain).tasks.get(id)?.definition.body(patch: patch)
        },
        isVersioned: true,
        validate: updateTask.validate
    )

    static let deleteTask = CommandRoute(
        kind: .deleteTask,
        permission: writeTasks,
        entity: .path("task_id"),
        flags: ["purge"],
        validate: { _ = try TaskDeletion(body: $1, source: .request) }
    )

    static let assignTasks = CommandRoute(
        kind: .assignTasks,
        permission: writeTasks,
        entity: .job,
        validate: { _ = try AssignmentRequest(body: $1, source: .request) }
    )

    static let putAgent = CommandRoute(
        kind: .putAgent,
        permission: writeAgents,
        entity: .path("agent_id"),
        isVersioned: true,
        validate: { _ = try AgentDefinition(agentID: $0, body: $1, source: .request) }
    )

    static let patchAgent = CommandRoute(
        kind: .patchAgent,
        permission: writeAgents,
        entity: .path("agent_id"),
        patched: { store, owner, domain, id, patch in
            try await store.work(owner: owner, domain: domain).agents.get(id)?.definition.body(patch: patch)
        },
        isVersioned: true,
        validate: putAgent.validate
    )

    static let importAgent = CommandRoute(
        kind: .putAgent,
        permission: writeAgents,
        entity: .member("agent_id"),
        rewrite: { try PersonaImport.body($0, source: .request) },
        validate: { _ = try AgentDefinition(agentID: $0, body: $1, source: .request) }
    )

    static let deleteAgent = CommandRoute(
        kind: .deleteAgent,
        permission: writeAgents,
        entity: .path("agent_id"),
        validate: { try BareRequest.check($1) }
    )

    static let assignAgent = CommandRoute(
        kind: .assignAgent,
        permission: writeAgents,
        entity: .path("agent_id"),
        validate: {
            let now = Timestamp.milliseconds()
            _ = try AssignRequest(agentID: $0, taskID: "new", body: $1, now: now, source: .request)
        }
    )

    static let coordinate = CommandRoute(
        kind: .coordinate,
        permission: writeAgents,
        entity: .job,
        validate: { _ = try CoordinateRequest(body: $1, source: .request) }
    )

    static let completeTask = report(.completeTask, .complete)
    static let failTask = report(.failTask, .fail)
    static let releaseTask = report(.releaseTask, .release)

    private static func report(_ kind: CommandKind, _ form: TaskReport.Form) -> CommandRoute {
        CommandRoute(
            kind: kind,
            permission: writeAgents,
            entity: .path("task_id"),
            members: ["agent_id"],
            validate: { _ = try TaskReport(form, taskID: $0, body: $1, source: .request) }
        )
    }
}
