package import RedisClient

/// A page of a list that is sorted by time.
package struct ListPage<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Where the next page begins; nil: this is the last.
    package let next: ListCursor?

    package init(elements: [Element], next: ListCursor?) {
        self.elements = elements
        self.next = next
    }
}

extension Store {
    /// One page of a sorted set of ids by time, newest first.
    ///
    /// A hundred at a time are read and filtered; a page ends when it is full, when the list ends, after ten reads, or
    /// after `pageBytes` that were read, whichever is first: then `next` goes on from there, and a page may be short
    /// though more follow.
    ///
    /// - Parameters:
    ///   - cursor: `next` of the page before, or nil for the first.
    ///   - text: the field that has most of what is read of an id, and its hash.
    ///   - read: those of the ids that are there, in any order.
    package func page<Element: Sendable>(
        of list: RedisArgument,
        cursor: ListCursor?,
        limit: Int,
        text: (hash: (String) -> RedisArgument, field: RedisArgument),
        id: (Element) -> String,
        read: ([String]) async throws -> [Element],
        where isWanted: (Element) -> Bool
    ) async throws -> ListPage<Element> {
        var found: [Element] = []
        var position = cursor
        var left = Self.pageBytes
        for _ in 0..<10 {
            let places = try await places(in: list, after: position, count: 100)
            guard !places.isEmpty else { return ListPage(elements: found, next: nil) }
            let lengths = try await lengths(places.map { text.hash($0.id) }, of: text.field)
            // The first of a page comes however large it is.
            let some = max(lengths.fitting(in: &left), left == Self.pageBytes ? 1 : 0)
            let elements = try await read(places.prefix(some).map(\.id))
            let byID = Dictionary(elements.map { (id($0), $0) }) { first, _ in first }
            for place in places.prefix(some) {
                position = place
                guard let element = byID[place.id], isWanted(element) else { continue }
                found.append(element)
                if found.count == limit { return ListPage(elements: found, next: place) }
            }
            if some < places.count { break }
            if places.count < 100 { return ListPage(elements: found, next: nil) }
        }
        return ListPage(elements: found, next: position)
    }

    /// JSON text that is read for one page.
    package static let pageBytes = 8 << 20

    /// The bytes of one field of each of the hashes; 0 where there is none.
    package func lengths(_ hashes: [RedisArgument], of field: RedisArgument) async throws -> [Int] {
        guard !hashes.isEmpty else { return [] }
        return try await redis.pipeline(hashes.map { ["HSTRLEN", $0, field] }).map { Int(try $0.get().int ?? 0) }
    }

    /// The next places: `list-page.lua`.
    package func places(
        in list: RedisArgument,
        after cursor: ListCursor?,
        count: Int,
        oldestFirst: Bool = false
    ) async throws -> [ListCursor] {
        let reply = try await redis.evaluate(
            StoreScripts.listPage,
            keys: [list],
            arguments: [
                RedisArgument(cursor.map { String($0.createdAt) } ?? ""), RedisArgument(cursor?.id ?? ""),
                RedisArgument(count), oldestFirst ? "oldest" : "newest",
            ]
        )
        guard let values = reply.array else { throw UnexpectedReply("list-page", reply) }
        return try stride(from: 0, to: values.count - 1, by: 2).map { index in
            guard let id = values[index].string, let score = values[index + 1].string.flatMap(Double.init),
                let createdAt = Int64(exactly: score.rounded())
            else { throw UnexpectedReply("list-page", reply) }
            return ListCursor(createdAt: createdAt, id: id)
        }
    }
}

extension [Int] {
    /// How many of these lengths, from the first on, are in so many bytes, which they are taken from.
    package func fitting(in bytes: inout Int) -> Int {
        for (index, length) in enumerated() {
            if length > bytes { return index }
            bytes -= length
        }
        return count
    }
}
