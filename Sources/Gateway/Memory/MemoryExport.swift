import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Memory
import MemoryPool
import NIOCore
import NovaAPI
import NovaContract
import NovaStore

/// A domain's memories as JSON lines, in the order in which they were stored, the archived ones too.
///
/// What is stored while it goes on comes at the end; each that is there all the while comes once. Every line has a `cursor`:
/// whoever lost the connection goes on with `after=` that of the last whole line.
struct MemoryExport: Sendable {
    let store: Store
    let keyRing: KeyRing
    let transfers: MemoryTransfers
    let logger: Logger

    static let after = QueryParameter("after", .text(QueryParameter.maximumCursor))

    /// Of a page, which is what an export holds.
    private static let mostMemories = 500
    private static let pageBytes = 2 << 20

    func handle(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "memory"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let space = store.memory(owner: key.owner, domain: domain)
        // The first page before the status is said, so that what is wrong can still be told.
        let place = try transfers.enter(key.owner)
        let first = try await page(space, after: try Self.cursor(call.facts.query))
        var answer = Answer(
            status: .ok,
            headers: [
                .contentType: "application/x-ndjson", .cacheControl: "no-store",
                .contentDisposition: #"attachment; filename="memories.ndjson""#,
            ]
        )
        let id = call.facts.id
        answer.stream = { writer in
            do {
                // Held since before the status was said, so that what was begun is not refused.
                defer { withExtendedLifetime(place) {} }
                try await write(space, first, key, &writer)
            } catch {
                logger.warning("an export broke off", metadata: ["request_id": "\(id)", "error": "\(error)"])
                throw error
            }
        }
        return answer
    }

    private static func cursor(_ query: QueryItems) throws(NovaError) -> ListCursor? {
        guard let text = query["after"] else { return nil }
        guard let cursor = ListCursor(text) else {
            let fault = "must be the cursor of a line of an export"
            throw NovaError(.validationError, "after \(fault)", details: [.init("/after", fault)])
        }
        return cursor
    }

    private func write(
        _ space: MemorySpace,
        _ first: ListPage<MemoryRecord>,
        _ key: APIKey,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var page = first
        while let next = page.next {
            // A key that is revoked, or changed, meanwhile reads no further.
            _ = try await keyRing.recheck(key)
            let now = Timestamp.milliseconds()
            var buffer = ByteBuffer()
            for record in page.elements where !record.isExpired(at: now) {
                var members = record.json
                members["cursor"] = .string(ListCursor(createdAt: record.createdAt, id: record.id).text)
                buffer.writeBytes(JSONValue.object(members).jsonBytes)
                buffer.writeInteger(UInt8(ascii: "\n"))
            }
            try await writer.write(buffer)
            page = try await self.page(space, after: next)
        }
        try await writer.finish(nil)
    }

    private func page(_ space: MemorySpace, after cursor: ListCursor?) async throws -> ListPage<MemoryRecord> {
        try await space.oldest(after: cursor, limit: Self.mostMemories, bytes: Self.pageBytes)
    }
}

extension HTTPField.Name {
    fileprivate static let contentDisposition = HTTPField.Name("Content-Disposition")!
}
