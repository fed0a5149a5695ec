import AsyncPrimitives
import GRDB
import Memory
package import MemoryPool
import NovaContract
import NovaStore
import Synchronization

/// A domain's memories in this process, for searching: made from Redis and kept current from the log of changes.
package final class MemoryReplica: Sendable {
    private enum Place {
        /// All memories are being read: the cursor of the scan, and the log's place before it began.
        case scanning(String, MemorySpace.Place)
        case live(MemorySpace.Place)
    }

    /// How far a scan has come.
    private struct Scan {
        /// All before it are read.
        var cursor: String
        /// Of those from there to `next`, the ones that are not read yet.
        var left: ArraySlice<String> = []
        var next = ""

        var isOver: Bool { left.isEmpty && next == "0" }
    }

    package let space: MemorySpace
    private let database: DatabaseQueue
    /// Vectors of this model are read; nil: none.
    private let model: String?
    private let following = AsyncSemaphore(permits: 1)
    /// Changed by the one that has the permit to follow, in the database's queue, with what is in there; nil at the start.
    private let place = Mutex<Place?>(nil)
    private let vectors = Mutex(VectorShelves())
    /// Words whose stems are in the tables.
    private let spelled = Mutex(Set<String>())
    private let held = Mutex(0)

    /// Memories, and bytes of their documents, that are read at a time; they may have a megabyte each.
    private static let slice = 250
    private static let sliceBytes = 8 << 20
    /// Memories, and bytes of what is looked for of them, after which they are written.
    private static let page = 4_000
    private static let pageBytes = 16 << 20
    /// Words of texts whose language is not known that are found by their stems; what comes later is found as it is written.
    private static let mostSpelled = 500_000

    /// Reads nothing yet.
    package init(_ space: MemorySpace, model: String?) throws {
        self.space = space
        self.model = model
        database = try ReplicaSchema.make()
    }

    /// Bytes of the tables and the vectors, as of the last change.
    package var bytes: Int { held.withLock(\.self) }

    // MARK: - Following

    /// Reads what has changed: whatever was acknowledged before this began is in it when it returns.
    ///
    /// Any number may call it at once; one at a time reads, and whoever waited mostly finds it done.
    ///
    /// - Throws: `DatabaseError` where the replica is damaged: it is of no use any more. What Redis says;
    ///   `CancellationError`, and what was begun is then written to the end.
    package func synchronize() async throws {
        let target = try await space.newest()
        try await following.withPermit { try await follow(to: target) }
    }

    private func follow(to target: MemorySpace.Place) async throws {
        while true {
            try Task.checkCancellation()
            switch place.withLock(\.self) {
            case nil:
                let begin = Place.scanning("0", try await space.newest())
                place.withLock { $0 = begin }
            case .scanning(let cursor, let begun):
                try await scan(after: cursor, begun)
            case .live(let known):
                if known == target { return }
                if known.isNotBefore(target) {
                    // Others have gone on meanwhile, or Redis lost the log.
                    if try await space.newest().isNotBefore(known) { return }
                    try await restart()
                } else if let changes = try await space.changes(after: known, most: Self.page) {
                    try await take(changes, after: known)
                } else {
                    // The log does not reach back any more.
                    try await restart()
                }
            }
        }
    }

    /// Writes what has changed, a page at a time.
    private func take(_ changes: MemorySpace.Changes, after known: MemorySpace.Place) async throws {
        let analyzer = Analyzer()
        var left = changes.ids[...]
        repeat {
            let ids = left
            let memories = try await read(&left, analyzer).filter { $0.record.archivedAt == nil }
            let gone = Set(ids.prefix(ids.count - left.count)).subtracting(memories.map(\.record.id))
            // Those that are written already are read again where this is broken off.
            try await write(memories, forgotten: gone, reached: .live(left.isEmpty ? changes.place : known))
        } while !left.isEmpty
    }

    /// Reads all memories from a cursor on; each page is read while the one before is written.
    private func scan(after cursor: String, _ begun: MemorySpace.Place) async throws {
        var page = try await page(Scan(cursor: cursor))
        while true {
            let scan = page.scan
            async let following = scan.isOver ? nil : self.page(scan)
            let reached = scan.isOver ? Place.live(begun) : Place.scanning(scan.cursor, begun)
            try await write(page.memories, forgotten: [], reached: reached)
            guard let next = try await following else { return }
            page = next
        }
    }

    private func page(_ before: Scan) async throws -> (scan: Scan, memories: [IndexedMemory]) {
        let analyzer = Analyzer()
        var scan = before
        var memories: [IndexedMemory] = []
        var bytes = 0
        repeat {
            if scan.left.isEmpty {
                let (next, ids) = try await space.scan(after: scan.cursor, count: Self.slice)
                (scan.next, scan.left) = (next, ids[...])
            }
            let read = try await read(&scan.left, analyzer)
            if scan.left.isEmpty { scan.cursor = scan.next }
            memories += read
            bytes += read.reduce(0) { $0 + $1.bytes }
        } while !scan.isOver && memories.count < Self.page && bytes < Self.pageBytes
        return (scan, memories)
    }

    /// Takes the first ids, as many as are read at a time.
    ///
    /// - Parameter analyzer: one for all of them, so that it knows the stems of most words.
    private func read(_ ids: inout ArraySlice<String>, _ analyzer: Analyzer) async throws -> [IndexedMemory] {
        let (memories, count) = try await space.read(
            ids,
            vectorsOf: model,
            most: Self.slice,
            bytes: Self.sliceBytes
        ) { IndexedMemory($0, analyzer, vector: $1) }
        ids.removeFirst(count)
        return memories
    }

    // MARK: - Changing

    private func write(_ memories: [IndexedMemory], forgotten: Set<String>, reached: Place) async throws {
        try await change { [self] database in
            var totals = ReplicaTotals()
            var gone: [Int64] = []
            for memory in memories {
                if let before = try memory.put(database, &totals) { gone.append(before) }
            }
            for id in forgotten {
                if let before = try IndexedMemory.remove(id, database, &totals) { gone.append(before) }
            }
            try totals.write(database)
            let new = try spell(Set(memories.flatMap(\.unstemmed)), database)
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
            spelled.withLock { $0.formUnion(new) }
            vectors.withLock { vectors in
                for sequence in gone { vectors.remove(sequence) }
                for memory in memories { vectors.set(memory.vector, for: memory.record.sequence) }
                held.withLock { $0 = pages * pageBytes + vectors.bytes }
            }
            place.withLock { $0 = reached }
        }
    }

    /// Writes the stems of words that are new, and returns these.
    private func spell(_ words: Set<String>, _ database: Database) throws -> Set<String> {
        let new: Set<String> = spelled.withLock { known in
            known.count < Self.mostSpelled ? words.filter { !known.contains($0) } : []
        }
        let analyzer = Analyzer()
        let insertion = try database.cachedStatement(sql: "INSERT OR IGNORE INTO spellings VALUES (?, ?, ?)")
        for word in new {
            for (stem, languages) in analyzer.stems(of: word) {
                try insertion.execute(arguments: [stem, word, languages.rawValue])
            }
        }
        return new
    }

    /// Everything is to be read anew.
    private func restart() async throws {
        try await change { [self] database in
            try database.execute(
                sql: """
                    DELETE FROM memories; INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM languages;
                    DELETE FROM spellings;
                    UPDATE totals SET memories = 0, length = 0
                    """
            )
            vectors.withLock { $0.removeAll() }
            spelled.withLock { $0.removeAll() }
            place.withLock { $0 = nil }
        }
    }

    /// Changes the tables to the end, also where the search that needs it is cancelled.
    ///
    /// GRDB would roll back, again and again, what others wait for too. What `body` changes beside the tables it changes last,
    /// when nothing can fail any more.
    private func change(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try await Task { try await database.write(body) }.value
    }

    // MARK: - Searching

    /// Searches in what is there.
    package func run(_ search: MemorySearch) async throws -> MemorySearch.Found {
        try await database.read { database in
            try vectors.withLock { try search.run(database, $0) }
        }
    }
}
