import HTTPTypes
import NovaContract
import NovaStore

/// Reading of tasks.
///
/// Making and changing them are commands.
struct TaskRoutes: Sendable {
    let store: Store

    func list(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "tasks"))
        let query = call.facts.query
        let domain = try key.domain(requested: query["domain"])
        let filter = TaskFilter(query)
        let (cursor, limit) = try JobRoutes.page(query)
        let page = try await store.work(owner: key.owner, domain: domain).tasks.list(cursor: cursor, limit: limit) {
            filter.accepts($0)
        }
        return .page("tasks", page.elements.map(\.summary), next: page.next, call)
    }

    func get(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "tasks"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let id = try call.entity("task_id")
        let space = store.work(owner: key.owner, domain: domain)
        guard let task = try await space.tasks.get(id) else {
            throw NovaError(.resourceNotFound, "there is no task \(id) in the domain \(domain)")
        }
        let expected = try await ExpectedSuccess(of: task, in: space)
        var members = task.json.objectValue ?? [:]
        if let reason = try await space.agents.reasonOfWaiting(task) { members["waiting_reason"] = .string(reason) }
        members["confidence"] = JSONValue(expected.confidence)
        members["confidence_basis"] = .string(expected.basis)
        members["timestamp"] = .string(Timestamp.string())
        return try .entity("the task \(id)", .object(members), version: task.version, call)
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
        QueryParameter("status", .choice(TaskState.allCases.map(\.rawValue))), QueryParameter("agent", .id),
        QueryParameter("type", .text(200)), QueryParameter("parent", .id), QueryParameter("text", .text(1_000)),
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
