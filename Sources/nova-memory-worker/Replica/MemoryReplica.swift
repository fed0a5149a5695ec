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

    private static let page = 2_000

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
                let begin = Place.scanning("0", try await space.newest())
                place.withLock { if $0 == nil { $0 = begin } }
            case .scanning(let cursor, let begun):
                let page =
                    if let ahead, ahead.cursor == cursor, ahead.begun == begun { ahead } else {
                        try await scan(after: cursor, begun)
                    }
                // The next page is read while this one is written.
                async let following = page.next == "0" ? nil : scan(after: page.next, begun)
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
        let begun: MemorySpace.Place
        let next: String
        let memories: [IndexedMemory]
    }

    private func scan(after cursor: String, _ begun: MemorySpace.Place) async throws -> Page {
        let (next, ids) = try await space.scan(after: cursor, count: Self.page)
        return Page(cursor: cursor, begun: begun, next: next, memories: index(try await read(ids)))
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
        try await changing { [self] database in
            // Somebody else was faster: what was read is older than what is there.
            guard place.withLock({ $0 == known }) else { return }
            var totals = ReplicaTotals()
            var gone: [Int64] = []
            for memory in memories {
                if let before = try memory.put(database, &totals) { gone.append(before) }
            }
            for id in forgotten {
                if let before = try IndexedMemory.remove(id, database, &totals) { gone.append(before) }
            }
            try totals.write(database)
            // Nothing can fail from here on.
            vectors.withLock { vectors in
                for sequence in gone { vectors.remove(sequence) }
                for memory in memories { vectors.set(memory.vector, for: memory.record.sequence) }
            }
            place.withLock { $0 = reached }
        }
    }

    /// Changes the tables to the end, also where the search that needs it is cancelled: GRDB would roll back what others wait
    /// for too, again and again.
    private func changing(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try await Task { try await database.write(body) }.value
    }

    /// The log does not reach back any more: everything is read anew, over what is there.
    private func restart(from known: Place) async throws {
        try await changing { [self] database in
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
