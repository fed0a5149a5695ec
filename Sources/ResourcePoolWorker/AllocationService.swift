import Allocation
import AsyncPrimitives
import FaultPoints
import Logging
import NovaContract
import NovaStore
import ResourcePool

/// Decides by what it looked at, and books by compare-and-set: where something has changed since, it decides anew.
struct AllocationService: Sendable {
    let logger: Logger

    private static let attempts = 200
    /// Of one booking, for others than who asks, as `Service.first` counts it: Redis does nothing else while it books.
    static let work = 100

    // MARK: - Allocating

    func allocate(_ request: AllocateRequest, _ command: Command, _ space: PoolSpace) async throws -> JSONValue {
        let new = Waiting(
            id: command.jobID,
            requester: command.keyID,
            request: request,
            since: command.createdAt
        )
        return try await untilBooked {
            var look = try await space.look(named: [new.id])
            // Delivered twice: it is there already.
            if let known = look.named.first { return try await AllocationAnswer(known, look, space).json() }
            var decision = Decision(new, look)
            if decision.needsHoldings {
                look = try await space.look(withHoldings: true, named: [new.id])
                decision = Decision(new, look)
            }
            if request.isDryRun { return try await decision.told(space) }
            if let refusal = decision.refusal { throw refusal }
            if decision.needsService {
                try await serve(space)
                return nil
            }
            if let ahead = decision.ahead {
                _ = try await space.commit(ahead, version: look.version, by: "nova", jobID: UUIDv7.make())
                return nil
            }
            let isBooked = try await space.commit(
                decision.operations,
                version: look.version,
                by: "key:\(command.keyID)",
                jobID: command.jobID
            )
            guard isBooked else { return nil }
            FaultPoint.workerHandled.reach()
            let after = try await space.look(named: [new.id])
            guard let record = after.named.first else {
                throw NovaError(.serviceError, "the allocation \(new.id) was booked and is not there")
            }
            let answer = try await AllocationAnswer(record, after, space, evicted: decision.evicted).json()
            var members = answer.objectValue ?? [:]
            members["warnings"] = decision.warnings
            return .object(members)
        }
    }

    /// Again and again until it is booked; others who book meanwhile are let go first.
    private func untilBooked(_ body: () async throws -> JSONValue?) async throws -> JSONValue {
        for attempt in 1...Self.attempts {
            if let answer = try await body() { return answer }
            try await Task.sleep(for: ExponentialBackoff.bookingConflict.delay(after: attempt))
        }
        throw NovaError(.serviceUnavailable, "the resources are changed too often at the moment", retryAfter: 1)
    }

    // MARK: - Ending

    func end(_ ending: PoolSpace.Ending, _ command: Command, _ space: PoolSpace) async throws -> JSONValue {
        let standing = try await space.end(
            command.entityID,
            ending,
            by: "key:\(command.keyID)",
            jobID: command.jobID
        )
        if ending == .release, standing.waiting > 0 { try await serve(space) }
        guard let record = try await space.allocation(command.entityID) else {
            throw NovaError(.resourceNotFound, "there is no allocation \(command.entityID)")
        }
        var members = record.json
        // What this command did, whatever came after it.
        members["status"] = .string(ending == .release ? "released" : "renewed")
        members["timestamp"] = .string(Timestamp.string())
        return .object(members)
    }

    // MARK: - The queue

    /// Gives what has come back to those whose turn it is.
    func serve(_ space: PoolSpace) async throws {
        for attempt in 1...Self.attempts {
            var look = try await space.look()
            guard !look.queue.isEmpty else { return }
            var allocator = Allocator(Decision.ledger(look))
            var all = allocator.serve()
            if allocator.mayPreempt {
                look = try await space.look(withHoldings: true)
                allocator = Allocator(Decision.ledger(look))
                all = allocator.serve(holdings: Decision.holdings(look))
            }
            let service = all.first(Self.work)
            guard !service.isEmpty else { return }
            let isBooked = try await space.commit(
                Decision.operations(service),
                version: look.version,
                by: "nova",
                jobID: UUIDv7.make()
            )
            if isBooked, service == all { return }
            try await Task.sleep(for: ExponentialBackoff.bookingConflict.delay(after: attempt))
        }
        // Whoever has booked so often has served the queue, or the next look will.
        logger.info("the queue was not served: others were faster", metadata: ["owner": "\(space.owner)"])
    }

    // MARK: - Pools

    func declare(_ definition: ResourceDefinition, _ command: Command, _ space: PoolSpace) async throws -> JSONValue {
        try await declare(command, space) { _ in definition }
    }

    /// Declares what a merge patch makes of a resource.
    func patch(_ body: JSONValue, _ command: Command, _ space: PoolSpace) async throws -> JSONValue {
        try await declare(command, space) { known throws(NovaError) in
            guard let known else { throw Self.missing(command.entityID, space) }
            return try ResourceDefinition(id: known.id, body: try known.body(patch: body))
        }
    }

    private static func missing(_ id: String, _ space: PoolSpace) -> NovaError {
        NovaError(.resourceNotFound, "there is no resource \(id) in the domain \(space.domain)")
    }

    private func declare(
        _ command: Command,
        _ space: PoolSpace,
        _ make: (ResourceDefinition?) throws(NovaError) -> ResourceDefinition
    ) async throws -> JSONValue {
        try await untilBooked {
            let look = try await space.look()
            let known = look.pools.first { $0.id == command.entityID }
            var definition = try make(known)
            definition.version = (known?.version ?? 0) + 1
            let isBooked = try await space.commit(
                [.declare(definition, ifVersion: command.ifVersion)],
                version: look.version,
                by: "key:\(command.keyID)",
                jobID: command.jobID
            )
            guard isBooked else { return nil }
            if !look.queue.isEmpty { try await serve(space) }
            let allocated = look.allocated[definition.id] ?? .zero
            var members = definition.json
            members["status"] = .string(known == nil ? "created" : "updated")
            members["allocated"] = allocated.json
            // It shrinks as what is given comes back.
            members["shrinking"] = .bool(allocated > definition.capacity)
            members["timestamp"] = .string(Timestamp.string())
            return .object(members)
        }
    }

    func drop(_ command: Command, _ space: PoolSpace) async throws -> JSONValue {
        try await untilBooked {
            let look = try await space.look()
            if let waiting = look.queue.first(where: { $0.request.pools.contains(command.entityID) }) {
                throw NovaError(.conflict, "the request \(waiting.id) waits for \(command.entityID)")
            }
            let isBooked = try await space.commit(
                [.drop(command.entityID, ifVersion: command.ifVersion)],
                version: look.version,
                by: "key:\(command.keyID)",
                jobID: command.jobID
            )
            guard isBooked else { return nil }
            return [
                "resource_id": .string(command.entityID), "status": "deleted", "timestamp": .string(Timestamp.string()),
            ]
        }
    }
}

extension Duration {
    fileprivate static func milliseconds(_ count: Double) -> Duration { .microseconds(Int64(count * 1_000)) }
}

extension ExponentialBackoff {
    /// Where others booked meanwhile: full jitter, up to 1 ms at first and 50 ms after some twenty tries.
    fileprivate static let bookingConflict = ExponentialBackoff(
        first: .milliseconds(1),
        factor: 1.2,
        maximum: .milliseconds(50)
    )
}
