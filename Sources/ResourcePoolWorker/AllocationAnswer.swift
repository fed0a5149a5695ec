import Allocation
import Foundation
import NovaContract
import NovaStore
import ResourcePool

/// `allocations[]`, `analytics`, `confidence`, `timestamp` of the contract.
struct AllocationAnswer {
    private let record: AllocationRecord
    private let look: PoolSpace.Look
    private let space: PoolSpace
    private let evicted: [Holding]
    private let ledger: Ledger

    init(_ record: AllocationRecord, _ look: PoolSpace.Look, _ space: PoolSpace, evicted: [Holding] = []) {
        self.record = record
        self.look = look
        self.space = space
        self.evicted = evicted
        ledger = Decision.ledger(look)
    }

    func json() async throws -> JSONValue {
        var members = record.json
        let wait = record.state == .waiting ? try await expectedWait() : nil
        members["analytics"] = analytics(wait)
        let (confidence, basis) = confidence(wait)
        members["confidence"] = JSONValue(confidence)
        members["confidence_basis"] = .string(basis)
        members["orchestration"] = ["preempted": JSONValue(evicted.map(\.id))]
        members["timestamp"] = .string(Timestamp.string())
        return .object(members)
    }

    // MARK: - Analytics

    private func analytics(_ wait: ReleaseRate.Wait?) -> JSONValue {
        let pools = record.request.pools.compactMap { ledger.pools[$0] }.sorted { $0.definition.id < $1.definition.id }
        let groups = Set(pools.map(\.definition.group))
        let requesters = Set(look.used.keys).union([record.requester])
        let shares = requesters.map { ($0, FairShare.dominant(of: $0, groups: groups, in: ledger)) }
        var members: JSONObject = [
            "utilization": .object(
                Dictionary(pools.map { ($0.definition.id, JSONValue(Self.utilization($0))) }) { $1 }
            ),
            "dominant_shares": .object(Dictionary(shares.map { ($0, JSONValue($1)) }) { $1 }),
            "waiting": JSONValue(look.queue.count),
        ]
        if record.state == .waiting { members["expected_wait"] = Self.told(wait) }
        return .object(members)
    }

    static func utilization(_ pool: Ledger.Pool) -> Double {
        pool.definition.capacity > .zero ? pool.allocated.double / pool.definition.capacity.double : 0
    }

    static func told(_ wait: ReleaseRate.Wait?) -> JSONValue {
        guard let wait else { return .null }
        return [
            "seconds": JSONValue(wait.expected), "low": JSONValue(wait.low),
            "high": wait.high.isFinite ? JSONValue(wait.high) : .null, "level": 0.95,
            "releases": JSONValue(wait.samples),
        ]
    }

    /// Of the pool that takes longest: until what it lacks, and what those before it want, has come back.
    private func expectedWait() async throws -> ReleaseRate.Wait? {
        var longest: ReleaseRate.Wait?
        for (name, want) in record.request.wants {
            let id = want.anyOf.first ?? name
            guard let pool = ledger.pools[id] else { continue }
            let ahead = look.queue.filter { $0.since < record.since }.reduce(Amount.zero) {
                $0 + ($1.request.wants[id]?.minimum ?? .zero)
            }
            let wanted = want.minimum + ahead
            let free = pool.free
            guard wanted > free else { continue }
            let rate = ReleaseRate(try await space.releases(of: id), now: look.now)
            guard let wait = rate.wait(for: (wanted - free).double) else { return nil }
            if wait.expected > longest?.expected ?? 0 { longest = wait }
        }
        return longest
    }

    // MARK: - Confidence

    private func confidence(_ wait: ReleaseRate.Wait?) -> (Double, String) {
        switch record.state {
        case .granted where !record.request.isPreemptible:
            return (1, "it is booked, and not taken back before its lease is over")
        case .granted:
            let kept = (look.ends[.released] ?? 0) + (look.ends[.expired] ?? 0)
            let taken = look.ends[.preempted] ?? 0
            let chance = Double(kept + 1) / Double(kept + taken + 2)
            return (
                chance,
                "share of earlier allocations that were not preempted: \(kept) of \(kept + taken), by (n + 1) / (m + 2)"
            )
        case .waiting:
            guard let wait else { return (0, "too few releases are known to expect anything") }
            // Exponential: the first that would be enough comes within the time it waits.
            let chance = 1 - exp(-record.request.wait / max(wait.expected, 0.001))
            return (
                chance,
                "chance of its turn within \(JSONValue(record.request.wait).jsonString) s, from \(wait.samples) releases"
            )
        default: return (1, "the allocation has ended as \(record.state.rawValue)")
        }
    }
}
