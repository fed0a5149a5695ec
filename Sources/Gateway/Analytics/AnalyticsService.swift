import Analytics
import NovaAPI
import NovaContract
package import NovaStore

/// What was recorded, and what can be said of it, for clients.
package struct AnalyticsService: Sendable {
    let store: Store

    /// Of a list: those that were active last.
    static let mostListed = 50

    package init(store: Store) { self.store = store }

    /// `analytics`, `insights`, `confidence` and `timestamp`; of an id of which nothing is known, empty ones.
    func answer(_ scope: AnalyticsScope, domain: String, owner: String, _ window: ActivityWindow) async throws
        -> JSONValue
    {
        let reading = AnalyticsReading(store: store, domain: domain, owner: owner, window: window)
        let found: AnalyticsReading.Found
        switch scope {
        case .flows(let id): found = try await reading.flows(id)
        case .resources(let id): found = try await reading.resources(id)
        case .agents(let id): found = try await reading.agents(id)
        case .commands(let key): found = try await reading.commands(key)
        }
        var analytics = found.analytics
        analytics["domain"] = .string(domain)
        analytics["from"] = .string(Timestamp.string(milliseconds: window.from))
        analytics["to"] = .string(Timestamp.string(milliseconds: window.to))
        analytics["step_seconds"] = JSONValue(window.step)
        analytics["quantile_error"] = JSONValue(LatencyHistogram.relativeError)
        return .object([
            "analytics": .object(analytics),
            "insights": .array(Insight.sorted(found.insights).map(\.json)),
            "confidence": JSONValue(found.confidence),
            "confidence_basis": .string(ActivitySummary.confidenceBasis),
            "timestamp": .string(Timestamp.string()),
        ])
    }

    /// Of the last hour.
    func latest(_ scope: AnalyticsScope, domain: String, owner: String) async throws -> JSONValue {
        let window = try ActivityWindow(from: nil, to: nil, step: nil, now: Timestamp.milliseconds())
        return try await answer(scope, domain: domain, owner: owner, window)
    }

    /// GET `/api/analytics/…`.
    ///
    /// - Parameter name: of the query item with the id.
    func handle(_ call: Call, _ name: String, _ scope: (String?) -> AnalyticsScope) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "analytics"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let id = call.facts.query[name]
        if let fault = id.flatMap({ EntityID.fault($0) }) {
            throw NovaError(.validationError, "\(name): \(fault)", details: [.init(JSONPointer("/" + name), fault)])
        }
        let window = try AnalyticsQuery.window(call.facts.query, now: Timestamp.milliseconds())
        return .json(try await answer(scope(id), domain: domain, owner: key.owner, window))
    }
}
