import HTTPTypes

/// Everything the gateway serves, in one list.
struct Routes: Sendable {
    let commands: CommandService
    let flows: FlowRoutes
    let jobs: JobRoutes
    let analytics: FlowAnalytics
    let tickets: TicketRoutes
    let health: HealthRoutes
    let pages: PageRoutes

    var table: RouteTable { RouteTable(publicRoutes + commandRoutes + queryRoutes) }

    private var publicRoutes: [Route] {
        [
            Route(.get, "/", .none) { pages.root($0) },
            Route(.get, "/health", .none) { health.health($0) },
            Route(.get, "/health/live", .none) { health.live($0) },
            Route(.get, "/health/ready", .none) { health.ready($0) },
            Route(.get, "/openapi.json", .none) { pages.openAPI($0) },
            Route(.get, "/asyncapi.json", .none) { pages.asyncAPI($0) },
            Route(.get, "/docs", .none) { pages.reference($0) },
            Route(.get, "/redoc", .none) { pages.reference($0) },
            Route(.get, "/console", .none) { pages.console($0) },
            Route(.get, "/metrics", .none) { try pages.figures($0) },
        ]
    }

    private var commandRoutes: [Route] {
        [
            command(.post, "/api/orchestration/flows/{flow_id}/optimize", .optimizeFlow),
            command(.put, "/api/orchestration/flows/{flow_id}", .storeFlow),
            command(.delete, "/api/orchestration/flows/{flow_id}", .deleteFlow),
        ]
    }

    private func command(_ method: HTTPRequest.Method, _ path: String, _ route: CommandRoute) -> Route {
        Route(method, path, .byHandler) { try await commands.handle($0, route) }
    }

    private var queryRoutes: [Route] {
        [
            Route(.get, "/api/orchestration/flows/{flow_id}", .before) { try await flows.get($0) },
            Route(.get, "/api/jobs", .before) { try await jobs.list($0) },
            Route(.get, "/api/jobs/{job_id}", .before) { try await jobs.get($0) },
            Route(.delete, "/api/jobs/{job_id}", .before) { try await jobs.cancel($0) },
            Route(.get, "/api/analytics/flows", .before) { try await analytics.handle($0) },
            Route(.post, "/api/ws/tickets", .before) { try await tickets.issue($0) },
            Route(.get, "/api/ws", .before) { try tickets.notUpgraded($0) },
            Route(.get, "/api/analytics/ws", .before) { try tickets.notUpgraded($0) },
        ]
    }
}
