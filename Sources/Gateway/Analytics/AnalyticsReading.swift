import Allocation
import Analytics
import NovaContract
import NovaStore
import ResourcePool
import WorkPool

/// Reads what one answer is from, and sums it up.
struct AnalyticsReading: Sendable {
    struct Found: Sendable {
        var analytics: JSONObject
        var insights: [Insight]
        var confidence: Double

        init(_ summary: ActivitySummary) {
            analytics = summary.json
            insights = summary.insights
            confidence = summary.confidence
        }
    }

    let store: Store
    let domain: String
    let owner: String
    let window: ActivityWindow

    private var most: Int { AnalyticsService.mostListed }

    // MARK: - Flows and commands

    func flows(_ id: String?) async throws -> Found {
        guard let id else {
            var found = Found(try await summary(.flows, .commands))
            try await list(.flows, "flows", "flow_id", &found) { .flow($0) }
            return found
        }
        var found = Found(try await summary(.flow(id), .commands))
        found.analytics["flow_id"] = .string(id)
        let steps = try await members(.steps(of: id), .attempts) { .step($0, of: id) }
        found.analytics["steps"] = .array(steps.listed.map { Self.told("step", $0) })
        let compared = steps.listed.map { ComparisonInsights.Member(id: $0.id, activity: $0.summary.whole) }
        if let bottleneck = ComparisonInsights.bottleneck(compared, flow: id, window: window) {
            found.insights.append(bottleneck)
        }
        return found
    }

    func commands(_ key: String?) async throws -> Found {
        guard let key else {
            var found = Found(try await summary(.commands, .commands))
            try await list(.keys, "keys", "key_id", &found) { .key($0) }
            return found
        }
        var found = Found(try await summary(.key(key), .commands))
        found.analytics["key_id"] = .string(key)
        return found
    }

    // MARK: - Agents

    func agents(_ id: String?) async throws -> Found {
        guard let id else { return try await allAgents() }
        let summary = try await summary(.agent(id), .attempts)
        var found = Found(summary)
        found.analytics["agent_id"] = .string(id)
        let busy = Double(summary.whole.handling.sum) / 1e6 / window.seconds
        let capacity = try await store.work(owner: owner, domain: domain).agents.get(id)?.definition.capacity
        found.analytics["utilization"] = [
            "mean_tasks": JSONValue(busy), "capacity": capacity.map { JSONValue($0) } ?? .null,
            "share": capacity.map { JSONValue(busy / Double($0)) } ?? .null,
        ]
        return found
    }

    private func allAgents() async throws -> Found {
        var found = Found(try await summary(.agents, .attempts))
        let agents = try await members(.agents, .attempts) { .agent($0) }
        found.analytics["agents"] = .array(agents.listed.map { Self.told("agent_id", $0) })
        found.analytics["agents_total"] = JSONValue(agents.total)
        found.analytics["tasks"] = .object(try await summary(.tasks, .commands).figures)
        let busy = agents.listed.reduce(0) { $0 + Double($1.summary.whole.handling.sum) } / 1e6 / window.seconds
        found.analytics["utilization"] = ["mean_tasks": JSONValue(busy)]
        found.insights += ComparisonInsights.stragglers(
            agents.listed.map { .init(id: $0.id, activity: $0.summary.whole) },
            window: window
        )
        return found
    }

    // MARK: - Resources

    func resources(_ id: String?) async throws -> Found {
        let look = try await store.pools(owner: owner, domain: domain).look()
        if let id {
            let buckets = try await buckets([.resource(id)])[.resource(id)] ?? []
            var found = Found(ActivitySummary(buckets, kind: .allocations, window: window))
            found.analytics["resource_id"] = .string(id)
            let levels = levels(buckets, id, look)
            found.analytics["utilization"] = Self.told(levels)
            found.insights += SaturationInsights(levels, buckets, window: window, name: id).find()
            return found
        }
        var found = Found(try await summary(.resources, .allocations))
        let (ids, total) = try await store.analytics.ids(.resources, most: most, domain: domain, owner: owner)
        let read = try await buckets(ids.map { .resource($0) })
        found.analytics["resources"] = .array(
            ids.map { id in
                let buckets = read[.resource(id)] ?? []
                let levels = levels(buckets, id, look)
                found.insights += SaturationInsights(levels, buckets, window: window, name: id).find()
                var told = ActivitySummary(buckets, kind: .allocations, window: window).figures
                told["resource_id"] = .string(id)
                told["utilization"] = Self.told(levels)
                return .object(told)
            }
        )
        found.analytics["resources_total"] = JSONValue(total)
        return found
    }

    private func levels(_ buckets: [ActivityBucket], _ id: String, _ look: PoolSpace.Look) -> LevelSeries {
        LevelSeries(
            buckets,
            window,
            now: look.now,
            level: Double(look.allocated[id]?.milli ?? 0),
            capacity: Double(look.pools.first { $0.id == id }?.capacity.milli ?? 0)
        )
    }

    private static func told(_ levels: LevelSeries) -> JSONValue {
        func share(_ milli: Double) -> JSONValue {
            levels.capacity > 0 ? JSONValue(milli / levels.capacity) : .null
        }
        return [
            "now": share(levels.now), "mean": share(levels.mean), "max": share(levels.maximum),
            "allocated": JSONValue(levels.now / 1_000), "capacity": JSONValue(levels.capacity / 1_000),
        ]
    }

    // MARK: - Reading

    private func buckets(_ subjects: [ActivitySubject]) async throws -> [ActivitySubject: [ActivityBucket]] {
        try await store.analytics.read(
            subjects,
            window.resolution,
            from: window.firstBucket,
            through: window.lastBucket,
            domain: domain,
            owner: owner
        )
    }

    private func summary(_ subject: ActivitySubject, _ kind: ActivityKind) async throws -> ActivitySummary {
        ActivitySummary(try await buckets([subject])[subject] ?? [], kind: kind, window: window)
    }

    private typealias Member = (id: String, summary: ActivitySummary)

    private func members(
        _ index: ActivityIndex,
        _ kind: ActivityKind,
        _ subject: (String) -> ActivitySubject
    ) async throws -> (listed: [Member], total: Int) {
        let (ids, total) = try await store.analytics.ids(index, most: most, domain: domain, owner: owner)
        let read = try await buckets(ids.map(subject))
        return (ids.map { ($0, ActivitySummary(read[subject($0)] ?? [], kind: kind, window: window)) }, total)
    }

    /// Adds those that were active last, each with its figures.
    private func list(
        _ index: ActivityIndex,
        _ name: String,
        _ idName: String,
        _ found: inout Found,
        _ subject: (String) -> ActivitySubject
    ) async throws {
        let members = try await members(index, .commands, subject)
        found.analytics[name] = .array(members.listed.map { Self.told(idName, $0) })
        found.analytics[name + "_total"] = JSONValue(members.total)
    }

    private static func told(_ name: String, _ member: Member) -> JSONValue {
        var told = member.summary.figures
        told[name] = .string(member.id)
        return .object(told)
    }
}
