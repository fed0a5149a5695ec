import HTTPTypes
package import NovaAPI
package import NovaContract
import NovaStore

/// The commands on tasks.
package enum TaskCommands {
    private static let writeTasks = Permission(.write, area: "tasks")
    /// Reports are made by agents.
    private static let writeAgents = Permission(.write, area: "agents")

    package static let all: [any AnyCommandDeclaration] = [
        create, createBatch, update, patch, delete, assign, complete, fail, release,
    ]

    package static let create = CommandDeclaration(
        .createTask,
        needs: writeTasks,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/tasks",
            entity: .member("task_id"),
            EndpointDocument(
                "createTask",
                tag: "tasks",
                "Make a task",
                "With its subtasks, all or none.",
                body: .schema(
                    "TaskDefinition",
                    example: [
                        "type": "summarize",
                        "parameters": ["url": "https://example.com/a"],
                        "priority": 3,
                        "retries": 2,
                        "timeout": 120,
                        "capabilities": ["reading"],
                    ]
                ),
                answer: "TaskAnswer"
            )
        ),
        reading: { try NewTasks(taskID: $1.entityID, body: $0, now: $1.createdAt, source: $1.source) }
    )

    package static let createBatch = CommandDeclaration(
        .createTasks,
        needs: writeTasks,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/tasks/batch",
            entity: .job,
            EndpointDocument(
                "createTasks",
                tag: "tasks",
                "Make up to 1,000 tasks",
                "All or none; they may depend on one another.",
                body: .schema(
                    "TaskBatch",
                    example: [
                        "tasks": [
                            ["task_id": "fetch", "type": "fetch"],
                            ["task_id": "rank", "type": "rank", "dependencies": ["fetch"]],
                        ]
                    ]
                ),
                answer: "TaskBatchAnswer"
            )
        ),
        reading: { try NewTasks(batchID: $1.entityID, body: $0, now: $1.createdAt, source: $1.source) }
    )

    package static let update = CommandDeclaration(
        .updateTask,
        needs: writeTasks,
        isVersioned: true,
        at: CommandEndpoint(
            .put,
            "/api/orchestration/tasks/{task_id}",
            entity: .path("task_id"),
            EndpointDocument(
                "updateTask",
                tag: "tasks",
                "Change a task",
                "What has begun keeps all but its labels.",
                body: .schema("TaskChange", example: ["priority": 5]),
                answer: "TaskAnswer"
            )
        ),
        reading: { try TaskChange(taskID: $1.entityID, body: $0, now: $1.createdAt, source: $1.source) }
    )

    package static let patch = CommandDeclaration(
        .patchTask,
        patching: update,
        at: CommandEndpoint(
            .patch,
            "/api/orchestration/tasks/{task_id}",
            entity: .path("task_id"),
            EndpointDocument(
                "patchTask",
                tag: "tasks",
                "Change a task",
                "A merge patch (RFC 7396): members that are named are changed, `null` gives one its "
                    + "default, objects are merged, all else stays as it is. What it comes to is held to the "
                    + "same rules as a PUT. `If-Match` guards against changes that others make meanwhile.",
                body: .mergePatch,
                answer: "TaskAnswer"
            )
        ),
        patched: { place, subject, patch in
            try await place.store.work(owner: place.owner, domain: place.domain).tasks.get(subject.entityID)?
                .definition.body(patch: patch)
        }
    )

    package static let delete = CommandDeclaration(
        .deleteTask,
        needs: writeTasks,
        at: CommandEndpoint(
            .delete,
            "/api/orchestration/tasks/{task_id}",
            entity: .path("task_id"),
            flags: [QueryParameter("purge", .flag, standard: false, "Whether a task that has ended is forgotten.")],
            EndpointDocument(
                "deleteTask",
                tag: "tasks",
                "Cancel a task, or forget one that has ended",
                "Cancels a task that has not ended. One that has ended is left as it is (`status` is "
                    + "its state), and forgotten (`status` = `deleted`) only with `purge=true` in the query "
                    + "(in a body it is refused).",
                answer: "TaskAnswer"
            )
        ),
        reading: { try TaskDeletion(body: $0, source: $1.source) }
    )

    package static let assign = CommandDeclaration(
        .assignTasks,
        needs: writeTasks,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/tasks/assign",
            entity: .job,
            EndpointDocument(
                "assignTasks",
                tag: "tasks",
                "Assign many tasks to many agents",
                "One minimum-cost assignment, solved exactly; the answer says what each pair costs and why.",
                body: .schema("Assignment", example: ["dry_run": true]),
                answer: "AssignmentAnswer"
            )
        ),
        reading: { try AssignmentRequest(body: $0, source: $1.source) }
    )

    package static let complete = CommandDeclaration(
        .completeTask,
        needs: writeAgents,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/agents/{agent_id}/tasks/{task_id}/complete",
            entity: .path("task_id"),
            members: ["agent_id"],
            EndpointDocument(
                "completeTask",
                tag: "agents",
                "The task is done",
                "The same again with the same token is answered as the first "
                    + "time; anything else is 409.",
                body: .schema("TaskComplete", example: ["token": 1, "result": ["summary": "…"]]),
                answer: "TaskAnswer"
            )
        ),
        reading: { try TaskReport(.complete, taskID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let fail = CommandDeclaration(
        .failTask,
        needs: writeAgents,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/agents/{agent_id}/tasks/{task_id}/fail",
            entity: .path("task_id"),
            members: ["agent_id"],
            EndpointDocument(
                "failTask",
                tag: "agents",
                "The task has failed",
                "Tried again as its `retries` allow. The same again with the same "
                    + "token is answered as the first time; anything else is 409.",
                body: .schema("TaskFail", example: ["token": 1, "error": ["message": "no access"]]),
                answer: "TaskAnswer"
            )
        ),
        reading: { try TaskReport(.fail, taskID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let release = CommandDeclaration(
        .releaseTask,
        needs: writeAgents,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/agents/{agent_id}/tasks/{task_id}/release",
            entity: .path("task_id"),
            members: ["agent_id"],
            EndpointDocument(
                "releaseTask",
                tag: "agents",
                "Give the task back, uncounted",
                "The same again with the same token is answered as the first "
                    + "time; anything else is 409.",
                body: .schema("TaskRelease", example: ["token": 1]),
                answer: "TaskAnswer"
            )
        ),
        reading: { try TaskReport(.release, taskID: $1.entityID, body: $0, source: $1.source) }
    )
}

extension CommandKind {
    package static let createTask = CommandKind("task.create", of: .coordination, on: "task")
    package static let createTasks = CommandKind("task.batch", of: .coordination, on: "batch")
    package static let updateTask = CommandKind("task.update", of: .coordination, on: "task", isConditional: true)
    package static let patchTask = CommandKind("task.patch", of: .coordination, on: "task", isConditional: true)
    package static let deleteTask = CommandKind("task.delete", of: .coordination, on: "task", isConditional: true)
    package static let completeTask = CommandKind("task.complete", of: .coordination, on: "task")
    package static let failTask = CommandKind("task.fail", of: .coordination, on: "task")
    package static let releaseTask = CommandKind("task.release", of: .coordination, on: "task")
    package static let assignTasks = CommandKind("tasks.assign", of: .coordination, on: "assignment")
}
