import GRDB
import Memory
import NovaContract
import NovaStore
import Synchronization

/// A domain's memories in this process, for searching: made from Redis and kept current from the log of changes.
///
/// Whatever was acknowledged before ``synchronize()`` began is in it when that returns. Any number may call it at once:
/// each step is written only if nobody else has gone on from the same place.
final class MemoryReplica: Sendable {
    private enum Place: Equatable {
        /// All memories are being read: the cursor of the scan, and the log's place before it began.
        case scanning(String, MemorySpace.Place)
        case live(MemorySpace.Place)
    }

    let space: MemorySpace
    private let database: DatabaseQueue
    /// Changed inside the database's queue only, with what it is the place of.
    private let place = Mutex<Place?>(nil)

    private static let page = 1_000

    init(_ space: MemorySpace) throws {
        self.space = space
        database = try ReplicaSchema.make()
    }

    /// Reads what has changed.
    func synchronize() async throws {
        let target = try await space.newest()
        while true {
            try Task.checkCancellation()
            switch place.withLock(\.self) {
            case nil:
                let begin = Place.scanning("0", target)
                place.withLock { if $0 == nil { $0 = begin } }
            case .scanning(let cursor, let begun):
                let (next, ids) = try await space.scan(after: cursor, count: Self.page)
                let indexed = index(try await space.get(ids))
                let reached = next == "0" ? Place.live(begun) : Place.scanning(next, begun)
                try await write(from: .scanning(cursor, begun), to: reached, indexed, forgotten: [])
            case .live(let known):
                if known == target { return }
                if known.isNotBefore(target) {
                    // Others have gone on meanwhile, or Redis lost the log.
                    if try await space.newest().isNotBefore(known) { return }
                    try await restart(from: .live(known))
                    continue
                }
                guard let changes = try await space.changes(after: known, most: Self.page) else {
                    try await restart(from: .live(known))
                    continue
                }
                let records = try await space.get(changes.ids)
                let gone = Set(changes.ids).subtracting(records.map(\.id))
                try await write(from: .live(known), to: .live(changes.place), index(records), forgotten: gone)
            }
        }
    }

    /// Searches in what is there.
    func run(_ search: MemorySearch) async throws -> MemorySearch.Found {
        try await database.read { try search.run($0) }
    }

    private func index(_ records: [MemoryRecord]) -> [IndexedMemory] {
        let analyzer = Analyzer()
        return records.map { IndexedMemory(record: $0, terms: analyzer.analyze($0.definition.content)) }
    }

    private func write(
        from known: Place,
        to reached: Place,
        _ memories: [IndexedMemory],
        forgotten: Set<String>
    ) async throws {
        try await database.write { [self] database in
            // Somebody else was faster: what was read is older than what is there.
            guard place.withLock({ $0 == known }) else { return }
            for memory in memories { try memory.put(database) }
            for id in forgotten { try IndexedMemory.remove(id, database) }
            place.withLock { $0 = reached }
        }
    }

    /// The log does not reach back any more: everything is read anew, over what is there.
    private func restart(from known: Place) async throws {
        try await database.write { [self] database in
            guard place.withLock({ $0 == known }) else { return }
            try database.execute(
                sql: """
                    DELETE FROM memories; INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM languages;
                    UPDATE totals SET memories = 0, length = 0
                    """
            )
            place.withLock { $0 = nil }
        }
    }
}
