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
    /// Vectors of this model are read; nil: none.
    private let model: String?
    /// These two are changed inside the database's queue only, with what is in it.
    private let place = Mutex<Place?>(nil)
    private let vectors = Mutex(VectorIndex())

    private static let page = 5_000

    init(_ space: MemorySpace, model: String?) throws {
        self.space = space
        self.model = model
        database = try ReplicaSchema.make()
    }

    /// Reads what has changed.
    func synchronize() async throws {
        let target = try await space.newest()
        var ahead: Page?
        while true {
            try Task.checkCancellation()
            switch place.withLock(\.self) {
            case nil:
                let begin = Place.scanning("0", target)
                place.withLock { if $0 == nil { $0 = begin } }
            case .scanning(let cursor, let begun):
                let page = if let ahead, ahead.cursor == cursor { ahead } else { try await scan(after: cursor) }
                // The next page is read while this one is written.
                async let following = page.next == "0" ? nil : scan(after: page.next)
                let reached = page.next == "0" ? Place.live(begun) : Place.scanning(page.next, begun)
                try await write(from: .scanning(cursor, begun), to: reached, page.memories, forgotten: [])
                ahead = try await following
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
                let read = try await read(changes.ids)
                let gone = Set(changes.ids).subtracting(read.map(\.record.id))
                try await write(from: .live(known), to: .live(changes.place), index(read), forgotten: gone)
            }
        }
    }

    /// Searches in what is there.
    func run(_ search: MemorySearch) async throws -> MemorySearch.Found {
        try await database.read { database in
            try vectors.withLock { try search.run(database, $0) }
        }
    }

    /// Some of all memories.
    private struct Page: Sendable {
        let cursor: String
        let next: String
        let memories: [IndexedMemory]
    }

    private func scan(after cursor: String) async throws -> Page {
        let (next, ids) = try await space.scan(after: cursor, count: Self.page)
        return Page(cursor: cursor, next: next, memories: index(try await read(ids)))
    }

    private typealias Read = (record: MemoryRecord, vector: [Float]?)

    private func read(_ ids: [String]) async throws -> [Read] {
        if let model { return try await space.get(ids, vectorsOf: model) }
        return try await space.get(ids).map { ($0, nil) }
    }

    private func index(_ read: [Read]) -> [IndexedMemory] {
        // One for all of them, so that it knows the stems of most words.
        let analyzer = Analyzer()
        return read.map {
            IndexedMemory(record: $0.record, terms: analyzer.analyze($0.record.definition.content), vector: $0.vector)
        }
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
            var totals = ReplicaTotals()
            for memory in memories {
                let before = try memory.put(database, &totals)
                vectors.withLock { vectors in
                    if let before { vectors.remove(before) }
                    vectors.set(memory.vector, for: memory.record.sequence)
                }
            }
            for id in forgotten {
                let before = try IndexedMemory.remove(id, database, &totals)
                if let before { vectors.withLock { $0.remove(before) } }
            }
            try totals.write(database)
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
            vectors.withLock { $0.removeAll() }
            place.withLock { $0 = nil }
        }
    }
}
