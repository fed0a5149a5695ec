package import NovaContract
package import NovaStore

/// What the workers recorded of flows, and what can be said of it.
package struct FlowAnalytics: Sendable {
    private let store: Store

    /// Jobs looked at where no flow is named.
    static let recentJobs = 100

    package init(store: Store) { self.store = store }

    /// `analytics`, `insights`, `confidence` and `timestamp` of one flow, or of the owner's newest jobs on any flow of
    /// the domain where `flowID` is nil.
    package func flowAnalytics(flowID: String?, domain: String, owner: String) async throws -> JSONValue {
        let figures: JobFigures
        var analytics: [String: JSONValue] = ["domain": .string(domain)]
        if let flowID {
            figures = JobFigures(try await store.counters.get("flow", flowID, domain: domain, owner: owner))
            analytics["flow_id"] = .string(flowID)
            analytics["basis"] = .string("all jobs on this flow that are still counted")
        } else {
            figures = try await recent(domain: domain, owner: owner)
            analytics["basis"] = .string("the newest \(Self.recentJobs) jobs on flows of this domain")
        }
        let summary = FlowSummary(figures)
        analytics.merge(summary.analytics) { $1 }
        return .object([
            "analytics": .object(analytics),
            "insights": JSONValue(summary.insights),
            "confidence": JSONValue(summary.confidence),
            "confidence_basis": .string(FlowSummary.confidenceBasis),
            "timestamp": .string(Timestamp.string()),
        ])
    }

    private func recent(domain: String, owner: String) async throws -> JobFigures {
        let page = try await store.jobs.list(owner: owner, cursor: nil, limit: Self.recentJobs) {
            $0.domain == domain && $0.kind.hasPrefix("flow.") && $0.state.isTerminal
        }
        return JobFigures(page.elements)
    }

    /// GET `/api/analytics/flows`.
    func handle(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "analytics"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let flowID = call.facts.query["flow_id"]
        if let fault = flowID.flatMap(EntityID.fault) {
            throw NovaError(.validationError, "flow_id: \(fault)", details: [.init("/flow_id", fault)])
        }
        return .json(try await flowAnalytics(flowID: flowID, domain: domain, owner: key.owner))
    }
}
