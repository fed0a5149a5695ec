import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NovaContract
import NovaStore

/// A domain's memories as JSON lines, in the order in which they were stored, the archived ones too.
///
/// What is stored while it goes on comes at the end; each that is there all the while comes once. Every line has a `cursor`:
/// whoever lost the connection goes on with `after=` that of the last whole line.
struct MemoryExport: Sendable {
    let store: Store
    /// Exports at once; each holds one page.
    let running: InFlight
    let logger: Logger

    private static let mostMemories = 500
    private static let pageBytes = 2 << 20

    func handle(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "memory"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let space = store.memory(owner: key.owner, domain: domain)
        // The first page before the status is said, so that what is wrong can still be told.
        let first = try await space.oldest(after: try Self.cursor(call.facts.query), limit: 1)
        guard running.enter() else {
            throw NovaError(.serviceUnavailable, "too many exports and imports at once", retryAfter: 5)
        }
        running.leave()
        var answer = Answer(
            status: .ok,
            headers: [
                .contentType: "application/x-ndjson", .cacheControl: "no-store",
                .contentDisposition: #"attachment; filename="memories.ndjson""#,
            ]
        )
        let id = call.facts.id
        answer.stream = { writer in
            // The bound is looked at above; a few that began at once may exceed it.
            _ = running.enter()
            defer { running.leave() }
            do {
                try await write(space, first, &writer)
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
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var page = first
        var size = 20
        while let next = page.next {
            let now = Timestamp.milliseconds()
            var buffer = ByteBuffer()
            for record in page.elements where !record.isExpired(at: now) {
                var members = record.json
                members["cursor"] = .string(ListCursor(createdAt: record.createdAt, id: record.id).text)
                buffer.writeBytes(JSONValue.object(members).jsonBytes)
                buffer.writeInteger(UInt8(ascii: "\n"))
            }
            let bytes = buffer.readableBytes
            try await writer.write(buffer)
            // A page has about as many bytes as are held, however large its memories are.
            let average = max(1, bytes / max(1, page.elements.count))
            size = min(Self.mostMemories, max(1, min(size * 4, Self.pageBytes / average)))
            page = try await space.oldest(after: next, limit: size)
        }
        try await writer.finish(nil)
    }
}

extension HTTPField.Name {
    fileprivate static let contentDisposition = HTTPField.Name("Content-Disposition")!
}
