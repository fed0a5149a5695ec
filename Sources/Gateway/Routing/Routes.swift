import HTTPTypes

/// Everything the gateway serves, in one list.
struct Routes: Sendable {
    let commands: CommandService
    let flows: FlowRoutes
    let jobs: JobRoutes
    let tasks: TaskRoutes
    let agents: AgentRoutes
    let coordinations: CoordinationRoutes
    let resources: ResourceRoutes
    let memories: MemoryRoutes
    let memoryExport: MemoryExport
    let memoryImport: MemoryImport
    let analytics: AnalyticsService
    let tickets: TicketRoutes
    let health: HealthRoutes
    let pages: PageRoutes

    var table: RouteTable { RouteTable(publicRoutes + commandRoutes + agentRoutes + queryRoutes) }

    private var publicRoutes: [Route] {
        [
            Route(.get, "/", .none) { pages.root($0) },
            Route(.get, "/health", .none) { health.health($0) },
            Route(.get, "/health/live", .none) { health.live($0) },
            Route(.get, Self.ready, .none) { health.ready($0) },
            Route(.get, "/openapi.json", .none) { pages.openAPI($0) },
            Route(.get, "/asyncapi.json", .none) { pages.asyncAPI($0) },
            Route(.get, "/docs", .none) { pages.reference($0) },
            Route(.get, "/redoc", .none) { pages.reference($0) },
            Route(.get, "/console", .none) { pages.console($0) },
            Route(.get, Self.metrics, .before) { try pages.figures($0) },
            Route(.get, "/problems", .none) { pages.problems($0) },
            Route(.get, "/problems/{problem}", .none) { try pages.problem($0) },
        ]
    }

    private var commandRoutes: [Route] {
        [
            command(.post, "/api/orchestration/flows/{flow_id}/optimize", .optimizeFlow),
            command(.put, "/api/orchestration/flows/{flow_id}", .storeFlow),
            command(.patch, "/api/orchestration/flows/{flow_id}", .patchFlow),
            command(.delete, "/api/orchestration/flows/{flow_id}", .deleteFlow),
            command(.post, "/api/orchestration/tasks", .createTask),
            command(.post, "/api/orchestration/tasks/batch", .createTasks),
            command(.post, "/api/orchestration/tasks/assign", .assignTasks),
            command(.put, "/api/orchestration/tasks/{task_id}", .updateTask),
            command(.patch, "/api/orchestration/tasks/{task_id}", .patchTask),
            command(.delete, "/api/orchestration/tasks/{task_id}", .deleteTask),
            command(.put, "/api/orchestration/agents/{agent_id}", .putAgent),
            command(.patch, "/api/orchestration/agents/{agent_id}", .patchAgent),
            command(.delete, "/api/orchestration/agents/{agent_id}", .deleteAgent),
            command(.post, "/api/orchestration/agents/{agent_id}/assign", .assignAgent),
            command(.post, "/api/orchestration/agents/coordinate", .coordinate),
            command(.post, "/api/orchestration/agents/import", .importAgent),
            command(.put, "/api/orchestration/resources/{resource_id}", .putResource),
            command(.patch, "/api/orchestration/resources/{resource_id}", .patchResource),
            command(.delete, "/api/orchestration/resources/{resource_id}", .deleteResource),
            command(.post, "/api/orchestration/resources/allocate", .allocate),
            command(.post, "/api/orchestration/resources/allocations/{allocation_id}/renew", .renewAllocation),
            command(.post, "/api/orchestration/resources/allocations/{allocation_id}/release", .releaseAllocation),
            command(.post, Self.memory + "/store", .storeMemory),
            command(.post, Self.memory + "/batch", .storeMemories),
            command(.post, Self.memory + "/use", .useMemories),
            command(.post, Self.memory + "/consolidate", .consolidateMemory),
            command(.post, Self.memory + "/search", .searchMemory),
            command(.put, Self.memory + "/{memory_id}", .updateMemory),
            command(.patch, Self.memory + "/{memory_id}", .patchMemory),
            command(.delete, Self.memory + "/{memory_id}", .deleteMemory),
            command(.post, Self.report + "complete", .completeTask),
            command(.post, Self.report + "fail", .failTask),
            command(.post, Self.report + "release", .releaseTask),
        ]
    }

    static let ready = "/health/ready"
    static let metrics = "/metrics"
    private static let memory = "/api/orchestration/memory"
    /// Its body may take as long as the storing of it does.
    static let memoryImport = memory + "/import"
    private static let report = "/api/orchestration/agents/{agent_id}/tasks/{task_id}/"

    /// What agents at work ask for, which is Redis's alone: a lease that is lost runs out.
    private var agentRoutes: [Route] {
        [
            query(.post, "/api/orchestration/agents/{agent_id}/claim") { try await agents.claim($0) },
            query(.post, "/api/orchestration/agents/{agent_id}/heartbeat") { try await agents.heartbeat($0) },
            query(.post, Self.report + "progress") { try await agents.progress($0) },
        ]
    }

    private func command(_ method: HTTPRequest.Method, _ path: String, _ route: CommandRoute) -> Route {
        Route(method, path, .byHandler, query: route.query) { try await commands.handle($0, route) }
    }

    /// One that is about a domain, as nearly all are.
    ///
    /// - Parameter more: what it takes in its query besides.
    private func query(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ more: [QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Route {
        Route(method, path, .before, query: [.domain] + more, handler)
    }

    private func query(
        _ path: String,
        _ more: [QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Route {
        query(.get, path, more, handler)
    }

    private var queryRoutes: [Route] { entityRoutes + memoryRoutes + jobRoutes + analyticsRoutes + socketRoutes }

    private var entityRoutes: [Route] {
        [
            query("/api/orchestration/flows/{flow_id}") { try await flows.get($0) },
            query("/api/orchestration/tasks", TaskFilter.parameters + [.limit, .cursor]) { try await tasks.list($0) },
            query("/api/orchestration/tasks/{task_id}") { try await tasks.get($0) },
            query("/api/orchestration/coordinations/{coordination_id}") { try await coordinations.get($0) },
            query("/api/orchestration/agents", AgentRoutes.parameters + [.limit, .cursor]) {
                try await agents.list($0)
            },
            query("/api/orchestration/agents/{agent_id}") { try await agents.get($0) },
            query("/api/orchestration/resources") { try await resources.list($0) },
            query("/api/orchestration/resources/{resource_id}") { try await resources.get($0) },
            query("/api/orchestration/resources/allocations/{allocation_id}") { try await resources.allocation($0) },
        ]
    }

    private var memoryRoutes: [Route] {
        [
            query(Self.memory, MemoryRoutes.parameters + [.limit, .cursor]) { try await memories.list($0) },
            query(Self.memory + "/export", [MemoryExport.after]) { try await memoryExport.handle($0) },
            query(.post, Self.memoryImport, [MemoryImport.skip]) { try await memoryImport.handle($0) },
            query(Self.memory + "/{memory_id}") { try await memories.get($0) },
        ]
    }

    private var jobRoutes: [Route] {
        [
            query("/api/jobs", JobFilter.parameters + [.limit, .cursor]) { try await jobs.list($0) },
            query("/api/jobs/{job_id}") { try await jobs.get($0) },
            query(.delete, "/api/jobs/{job_id}") { try await jobs.cancel($0) },
        ]
    }

    private var analyticsRoutes: [Route] {
        func analyzed(
            _ path: String,
            _ name: String,
            _ scope: @escaping @Sendable (String?) -> AnalyticsScope
        ) -> Route {
            let id = QueryParameter(name, .id, mayBeEmpty: true)
            return query("/api/analytics/" + path, [id] + AnalyticsQuery.parameters) {
                try await analytics.handle($0, name, scope)
            }
        }
        return [
            analyzed("flows", "flow_id") { .flows($0) },
            analyzed("resources", "resource_id") { .resources($0) },
            analyzed("agents", "agent_id") { .agents($0) },
            analyzed("commands", "key_id") { .commands(key: $0) },
        ]
    }

    private var socketRoutes: [Route] {
        [
            Route(.post, "/api/ws/tickets", .before) { try await tickets.issue($0) },
            Route(.get, "/api/ws", .before, query: TicketRoutes.parameters) { try tickets.notUpgraded($0) },
            Route(.get, "/api/analytics/ws", .before, query: TicketRoutes.parameters) { try tickets.notUpgraded($0) },
        ]
    }
}
