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
        ]
    }

    private var commandRoutes: [Route] {
        [
            command(.post, "/api/orchestration/flows/{flow_id}/optimize", .optimizeFlow),
            command(.put, "/api/orchestration/flows/{flow_id}", .storeFlow),
            command(.delete, "/api/orchestration/flows/{flow_id}", .deleteFlow),
            command(.post, "/api/orchestration/tasks", .createTask),
            command(.post, "/api/orchestration/tasks/batch", .createTasks),
            command(.post, "/api/orchestration/tasks/assign", .assignTasks),
            command(.put, "/api/orchestration/tasks/{task_id}", .updateTask),
            command(.delete, "/api/orchestration/tasks/{task_id}", .deleteTask),
            command(.put, "/api/orchestration/agents/{agent_id}", .putAgent),
            command(.delete, "/api/orchestration/agents/{agent_id}", .deleteAgent),
            command(.post, "/api/orchestration/agents/{agent_id}/assign", .assignAgent),
            command(.post, "/api/orchestration/agents/coordinate", .coordinate),
            command(.post, "/api/orchestration/agents/import", .importAgent),
            command(.put, "/api/orchestration/resources/{resource_id}", .putResource),
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
            Route(.post, "/api/orchestration/agents/{agent_id}/claim", .before) { try await agents.claim($0) },
            Route(.post, "/api/orchestration/agents/{agent_id}/heartbeat", .before) { try await agents.heartbeat($0) },
            Route(.post, Self.report + "progress", .before) { try await agents.progress($0) },
        ]
    }

    private func command(_ method: HTTPRequest.Method, _ path: String, _ route: CommandRoute) -> Route {
        Route(method, path, .byHandler) { try await commands.handle($0, route) }
    }

    private var queryRoutes: [Route] {
        [
            Route(.get, "/api/orchestration/flows/{flow_id}", .before) { try await flows.get($0) },
            Route(.get, "/api/orchestration/tasks", .before) { try await tasks.list($0) },
            Route(.get, "/api/orchestration/tasks/{task_id}", .before) { try await tasks.get($0) },
            Route(.get, "/api/orchestration/coordinations/{coordination_id}", .before) {
                try await coordinations.get($0)
            },
            Route(.get, "/api/orchestration/agents", .before) { try await agents.list($0) },
            Route(.get, "/api/orchestration/agents/{agent_id}", .before) { try await agents.get($0) },
            Route(.get, "/api/orchestration/resources", .before) { try await resources.list($0) },
            Route(.get, "/api/orchestration/resources/{resource_id}", .before) { try await resources.get($0) },
            Route(.get, "/api/orchestration/resources/allocations/{allocation_id}", .before) {
                try await resources.allocation($0)
            },
            Route(.get, Self.memory, .before) { try await memories.list($0) },
            Route(.get, Self.memory + "/export", .before) { try await memoryExport.handle($0) },
            Route(.post, Self.memoryImport, .before) { try await memoryImport.handle($0) },
            Route(.get, Self.memory + "/{memory_id}", .before) { try await memories.get($0) },
            Route(.get, "/api/jobs", .before) { try await jobs.list($0) },
            Route(.get, "/api/jobs/{job_id}", .before) { try await jobs.get($0) },
            Route(.delete, "/api/jobs/{job_id}", .before) { try await jobs.cancel($0) },
            Route(.get, "/api/analytics/flows", .before) { try await analytics.handle($0, "flow_id") { .flows($0) } },
            Route(.get, "/api/analytics/resources", .before) {
                try await analytics.handle($0, "resource_id") { .resources($0) }
            },
            Route(.get, "/api/analytics/agents", .before) {
                try await analytics.handle($0, "agent_id") { .agents($0) }
            },
            Route(.get, "/api/analytics/commands", .before) {
                try await analytics.handle($0, "key_id") { .commands(key: $0) }
            },
            Route(.post, "/api/ws/tickets", .before) { try await tickets.issue($0) },
            Route(.get, "/api/ws", .before) { try tickets.notUpgraded($0) },
            Route(.get, "/api/analytics/ws", .before) { try tickets.notUpgraded($0) },
        ]
    }
}
