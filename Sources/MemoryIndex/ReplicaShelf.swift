package import MemoryPool
import NovaStore

/// The replicas of this process, those that were used last.
package actor ReplicaShelf {
    private struct Kept {
        let replica: MemoryReplica
        var used: UInt64
    }

    private let most: Int
    private let mostBytes: Int
    private let model: String?
    private var replicas: [String: Kept] = [:]
    private var clock: UInt64 = 0

    /// - Parameters:
    ///   - most: domains that are kept; the one that was used longest ago goes first.
    ///   - mostBytes: of all of them; the same. The one that is used is kept however large it is.
    ///   - model: vectors of it are read; nil: none.
    package init(most: Int, mostBytes: Int, model: String?) {
        self.most = most
        self.mostBytes = mostBytes
        self.model = model
    }

    /// The domain's replica is of no use any more: the next one is made anew.
    package func drop(_ replica: MemoryReplica) {
        guard let name = replicas.first(where: { $0.value.replica === replica })?.key else { return }
        replicas[name] = nil
    }

    /// The domain's replica; it may be empty yet.
    package func replica(of space: MemorySpace) throws -> MemoryReplica {
        let name = space.owner + String(SpaceName.separator) + space.domain
        clock += 1
        if let known = replicas[name]?.replica {
            replicas[name]?.used = clock
            // They grow while they are used.
            if clock.isMultiple(of: 16) { makeRoom() }
            return known
        }
        let replica = try MemoryReplica(space, model: model)
        replicas[name] = Kept(replica: replica, used: clock)
        makeRoom()
        return replica
    }

    private func makeRoom() {
        var bytes = replicas.values.reduce(0) { $0 + $1.replica.bytes }
        while replicas.count > 1, replicas.count > most || bytes > mostBytes,
            let oldest = replicas.min(by: { $0.value.used < $1.value.used })
        {
            bytes -= oldest.value.replica.bytes
            replicas[oldest.key] = nil
        }
    }
}
