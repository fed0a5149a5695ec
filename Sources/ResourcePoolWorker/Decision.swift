import Allocation
import NovaContract
import NovaStore
import ResourcePool

/// What is to be done about a new request, by what was looked at.
struct Decision {
    let new: Waiting
    private let look: PoolSpace.Look
    private let before: Ledger
    private let verdict: Allocator.Verdict
    /// What becomes of those that wait already, and the first of it, which is booked with the request.
    private let others: Allocator.Service
    private let firstOthers: Allocator.Service
    /// Pools that nobody declared, and the request names.
    private let implied: [ResourceDefinition]
    /// Earlier allocations of an older client, which tells of a pool's capacity anew.
    private let superseded: [PoolSpace.Held]

    init(_ new: Waiting, _ look: PoolSpace.Look) {
        self.new = new
        self.look = look
        var ledger = Self.ledger(look)
        implied = new.request.wants.sorted { $0.key < $1.key }.compactMap { name, want in
            guard want.anyOf.isEmpty, ledger.pools[name] == nil else { return nil }
            var definition = ResourceDefinition(id: name, capacity: want.maximum)
            definition.isImplied = true
            return definition
        }
        for definition in implied { ledger.pools[definition.id] = Ledger.Pool(definition) }
        superseded = Self.superseded(by: new, look)
        for held in superseded { ledger.takeBack(held.items, from: held.requester) }
        before = ledger
        var allocator = Allocator(ledger)
        let gone = Set(superseded.map(\.id))
        (verdict, others) = allocator.admit(new, holdings: Self.holdings(look).filter { !gone.contains($0.id) })
        firstOthers = others.first(AllocationService.work)
    }

    static func holdings(_ look: PoolSpace.Look) -> [Holding] {
        look.holdings.map { held in
            Holding(
                id: held.id,
                requester: held.requester,
                priority: held.priority,
                isPreemptible: held.isPreemptible,
                items: held.items,
                grantedAt: held.grantedAt
            )
        }
    }

    static func ledger(_ look: PoolSpace.Look) -> Ledger {
        Ledger(
            pools: Dictionary(
                look.pools.map { ($0.id, Ledger.Pool($0, allocated: look.allocated[$0.id] ?? .zero)) }
            ) { $1 },
            used: look.used,
            queue: look.queue.map {
                Waiting(id: $0.id, requester: $0.requester, request: $0.request, since: $0.since)
            }
        )
    }

    private static func superseded(by new: Waiting, _ look: PoolSpace.Look) -> [PoolSpace.Held] {
        let told = Set(new.request.wants.filter(\.value.tellsCapacity).keys)
        let implied = Set(look.pools.filter(\.isImplied).map(\.id)).intersection(told)
        return look.holdings.filter { $0.requester == new.requester && !implied.isDisjoint(with: $0.items.keys) }
    }

    /// Whether what others hold could change it, and was not looked at.
    var needsHoldings: Bool {
        guard look.holdings.isEmpty, !look.allocated.isEmpty else { return false }
        if case .granted = verdict { return false }
        return true
    }

    var evicted: [Holding] {
        if case .granted(_, let evicted) = verdict { return evicted }
        return []
    }

    /// What of the request was not understood, for whoever asked.
    var warnings: JSONValue {
        new.request.warnings.asWarnings
    }

    /// Why the request gets nothing, now or ever.
    var refusal: NovaError? {
        switch verdict {
        case .granted, .waits: return nil
        case .impossible(let reason):
            return NovaError(.infeasible, "it can never be given: \(reason)", details: [.init("/resources", reason)])
        case .refused(let reason):
            let message = "it cannot be given now: \(reason); constraints.wait lets it wait for its turn"
            return NovaError(.conflict, message, details: [.init("/resources", reason)])
        }
    }

    /// Whether the request may be given of what is taken back for others who are not among the first.
    var needsService: Bool { others.evicted.count > firstOthers.evicted.count }

    /// What is booked before all else, where there is too much for one booking; nil: nothing.
    var ahead: [PoolSpace.Operation]? {
        var work = 0
        let first = superseded.prefix { held in
            work += 1 + held.items.count
            return work <= AllocationService.work
        }
        guard first.count < superseded.count else { return nil }
        // One alone may have more.
        let some = superseded.prefix(max(1, first.count))
        return some.count < superseded.count ? some.map(ending) : nil
    }

    private func ending(_ held: PoolSpace.Held) -> PoolSpace.Operation {
        .end(held.id, .superseded, why: "by \(new.id)")
    }

    /// What comes back comes first: the rest may be given of it.
    var operations: [PoolSpace.Operation] {
        var operations: [PoolSpace.Operation] = implied.map { .declare($0) }
        operations += superseded.map(ending)
        operations += evicted.map { Self.preemption($0, for: new) }
        operations += Self.operations(firstOthers)
        switch verdict {
        case .granted(let fitting, _): operations.append(Self.grant(new, fitting))
        case .waits:
            let until = look.now + Int64(new.request.wait * 1_000)
            operations.append(.wait(id: new.id, requester: new.requester, request: new.request, until: until))
        case .refused, .impossible: break
        }
        return operations
    }

    /// What comes back comes first here, too.
    static func operations(_ service: Allocator.Service) -> [PoolSpace.Operation] {
        var operations: [PoolSpace.Operation] = []
        for (waiting, reason) in service.hopeless {
            operations.append(.end(waiting.id, .impossible, why: "it can never be given: \(reason)"))
        }
        for grant in service.grants {
            operations += grant.evicted.map { preemption($0, for: grant.waiting) }
        }
        operations += service.grants.map { Self.grant($0.waiting, $0.fitting) }
        return operations
    }

    private static func preemption(_ holding: Holding, for waiting: Waiting) -> PoolSpace.Operation {
        .end(holding.id, .preempted, why: "for \(waiting.id) of priority \(waiting.request.priority)")
    }

    private static func grant(_ waiting: Waiting, _ fitting: Fitting) -> PoolSpace.Operation {
        .grant(id: waiting.id, requester: waiting.requester, request: waiting.request, items: fitting.items)
    }

    // MARK: - A dry run

    /// What would happen, and why.
    func told(_ space: PoolSpace) async throws -> JSONValue {
        var would: JSONObject = [
            "would_grant_waiting": JSONValue(others.grants.map(\.waiting.id)),
            "would_end_waiting": JSONValue(others.hopeless.map(\.waiting.id)),
            "would_supersede": JSONValue(superseded.map(\.id)), "would_create": JSONValue(implied.map(\.id)),
        ]
        var items: [String: Amount] = [:]
        let status: String
        switch verdict {
        case .granted(let fitting, let evicted):
            status = "would_be_granted"
            items = fitting.items
            would["would_preempt"] = JSONValue((evicted + others.evicted).map(\.id))
            would["shortages"] = .object(fitting.shortages.mapValues { .string($0) })
        case .waits(let ahead):
            status = "would_wait"
            would["ahead"] = JSONValue(ahead)
            let fitting = Fitting(new.request, new.requester, in: before)
            would["shortages"] = .object(fitting.shortages.mapValues { .string($0) })
        case .refused(let reason):
            status = "would_be_refused"
            would["reason"] = .string(reason)
        case .impossible(let reason):
            status = "impossible"
            would["reason"] = .string(reason)
        }
        let record = AllocationRecord(
            id: new.id,
            domain: space.domain,
            state: status == "would_be_granted" ? .granted : .waiting,
            requester: new.requester,
            request: new.request,
            items: items,
            since: look.now,
            grantedAt: nil,
            expiresAt: nil,
            waitsUntil: nil,
            endedAt: nil
        )
        let answer = try await AllocationAnswer(record, look, space).json()
        var members = answer.objectValue ?? [:]
        members["status"] = .string(status)
        members["dry_run"] = true
        members["allocation_id"] = .null
        members["orchestration"] = .object(would)
        members["warnings"] = warnings
        return .object(members)
    }
}
