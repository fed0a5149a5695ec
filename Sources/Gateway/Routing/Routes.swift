import HTTPTypes
import NovaAPI
import NovaContract
import NovaPools

/// Everything the gateway serves, in one list.
struct Routes: Sendable {
    let commands: CommandService
    let pools: NovaPools
    let jobs: JobRoutes
    let memoryExport: MemoryExport
    let memoryImport: MemoryImport
    let analytics: AnalyticsService
    let tickets: TicketRoutes
    let health: HealthRoutes
    var pages: PageRoutes

    /// All of them, with the document that describes them.
    ///
    /// - Throws: `OpenAPIDocument.Fault` where what is declared does not fit together.
    func described() throws -> [Route] {
        var described = self
        let document = try OpenAPIDocument.make(all, schemas: NovaPools.types.map { $0.schemas })
        described.pages.openAPI = document.jsonBytes
        return described.all
    }

    private var all: [Route] {
        publicRoutes + commandRoutes + pools.modules.flatMap(\.routes) + transferRoutes + jobRoutes + analyticsRoutes
            + socketRoutes
    }

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

    /// What pools are asked to do.
    private var commandRoutes: [Route] {
        NovaPools.commands.flatMap { command in
            command.endpoints.map { endpoint in
                Route(
                    endpoint.method,
                    endpoint.path,
                    .byHandler,
                    query: endpoint.query,
                    document: .command(command, endpoint)
                ) { try await commands.handle($0, command, endpoint) }
            }
        }
    }

    static let ready = "/health/ready"
    static let metrics = "/metrics"
    /// Its body may take as long as the storing of it does.
    static let memoryImport = "/api/orchestration/memory/import"

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

    private var transferRoutes: [Route] {
        [
            query("/api/orchestration/memory/export", [MemoryExport.after]) { try await memoryExport.handle($0) },
            query(.post, Self.memoryImport, [MemoryImport.skip]) { try await memoryImport.handle($0) },
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
