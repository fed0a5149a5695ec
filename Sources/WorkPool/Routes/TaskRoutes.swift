import NovaAPI
import NovaContract
import NovaStore

/// Reading of tasks.
///
/// Making and changing them are commands.
struct TaskRoutes: Sendable {
    package let store: Store

    private static let read = Permission(.read, area: "tasks")
    private static let path = "/api/orchestration/tasks"

    var all: [Route] {
        [
            .query(
                Self.path,
                needs: Self.read,
                TaskFilter.parameters + [.limit, .cursor],
                as: .list,
                EndpointDocument(
                    "listTasks",
                    tag: "tasks",
                    "Tasks, newest first",
                    "A page ends after 8 MiB of JSON text, and may be short though more follow: go by `next_cursor`.",
                    answer: "TaskList"
                ),
                answer: list
            ),
            .query(
                Self.path + "/{task_id}",
                needs: Self.read,
                as: .entity,
                EndpointDocument(
                    "getTask",
                    tag: "tasks",
                    "A task",
                    "Its version is also in `ETag`.",
                    answer: "Task"
                ),
                answer: get
            ),
        ]
    }

    private func list(_ query: Query) async throws -> Answer {
        let filter = TaskFilter(query.items)
        let (cursor, limit) = try query.items.page()
        let tasks = store.work(owner: query.owner, domain: query.domain).tasks
        let page = try await tasks.list(cursor: cursor, limit: limit) { filter.accepts($0) }
        return .page("tasks", page.elements.map(\.summary), next: page.next, query.call)
    }

    private func get(_ query: Query) async throws -> Answer {
        let id = try query.call.entity("task_id")
        let space = store.work(owner: query.owner, domain: query.domain)
        guard let task = try await space.tasks.get(id) else {
            throw NovaError(.resourceNotFound, "there is no task \(id) in the domain \(query.domain)")
        }
        let expected = try await ExpectedSuccess(of: task, in: space)
        var members = task.json.objectValue ?? [:]
        if let reason = try await space.agents.reasonOfWaiting(task) { members["waiting_reason"] = .string(reason) }
        members["confidence"] = JSONValue(expected.confidence)
        members["confidence_basis"] = .string(expected.basis)
        members["timestamp"] = .string(Timestamp.string())
        return try .entity("the task \(id)", .object(members), version: task.version, query.call)
    }
}

/// Which tasks a list shows.
struct TaskFilter: Sendable {
    private let state: TaskState?
    private let agent: String?
    private let type: String?
    private let parent: String?
    private let text: String?

    static let parameters = [
        QueryParameter("status", .choice(TaskState.allCases.map(\.rawValue)), "One of the states."),
        QueryParameter("agent", .id, "Who has it."), QueryParameter("type", .text(200), "Its type."),
        QueryParameter("parent", .id, "Its parent."),
        QueryParameter("text", .text(1_000), "In its id, type, parameters or labels."),
    ]

    /// Reads `parameters`, which are valid.
    init(_ query: QueryItems) {
        agent = query["agent"]
        type = query["type"]
        parent = query["parent"]
        text = query["text"]?.lowercased()
        state = query["status"].flatMap(TaskState.init(rawValue:))
    }

    func accepts(_ task: TaskRecord) -> Bool {
        (state == nil || task.state == state) && (agent == nil || task.agentID == agent)
            && (type == nil || task.definition.type == type) && (parent == nil || task.definition.parentID == parent)
            && (text.map { Self.contains(task, $0) } ?? true)
    }

    /// In its id, type, parameters or labels, whatever the case.
    private static func contains(_ task: TaskRecord, _ text: String) -> Bool {
        let labels = task.definition.labels.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return [task.id, task.definition.type, task.definition.parameters.jsonString, labels]
            .contains { $0.lowercased().contains(text) }
    }
}
