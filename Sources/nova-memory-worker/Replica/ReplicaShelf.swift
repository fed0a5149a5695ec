import NovaStore

/// The replicas of this process, those that were used last.
actor ReplicaShelf {
    private struct Kept {
        let replica: MemoryReplica
        var used: UInt64
    }

    private let most: Int
    private var replicas: [String: Kept] = [:]
    private var clock: UInt64 = 0

    /// - Parameter most: domains that are kept; the one that was used longest ago goes first.
    init(most: Int) { self.most = most }

    /// The domain's replica; it may be empty yet.
    func replica(of space: MemorySpace) throws -> MemoryReplica {
        let name = space.owner + String(SpaceName.separator) + space.domain
        clock += 1
        if let known = replicas[name]?.replica {
            replicas[name]?.used = clock
            return known
        }
        let replica = try MemoryReplica(space)
        replicas[name] = Kept(replica: replica, used: clock)
        if replicas.count > most, let oldest = replicas.min(by: { $0.value.used < $1.value.used })?.key {
            replicas[oldest] = nil
        }
        return replica
    }
}
