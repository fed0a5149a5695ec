import Memory
import MemoryPool
import NovaContract
import NovaStore
import Testing
import WorkPool

/// A page of a list has a bound in bytes, too.
@Suite(.timeLimit(.minutes(2))) struct ListBytesTests {
    private static let large = String(repeating: "x", count: 1_000_000)

    /// All ids of a list, and how many each page had.
    private static func pages<Element>(
        _ id: (Element) -> String,
        _ read: (ListCursor?) async throws -> ListPage<Element>
    ) async throws -> (ids: [String], counts: [Int]) {
        var (ids, counts): ([String], [Int]) = ([], [])
        var cursor: ListCursor?
        repeat {
            let page = try await read(cursor)
            ids += page.elements.map(id)
            counts.append(page.elements.count)
            cursor = page.next
        } while cursor != nil && counts.count < 100
        return (ids, counts)
    }

    @Test func largeMemoriesAreListedSomeAtATime() async throws {
        try await withStore { store in
            let space = store.memory(owner: "o", domain: "d")
            for index in 0..<20 {
                let body: JSONValue = ["content": ["text": .string(Self.large)]]
                let new = try NewMemories(memoryID: "m\(index)", body: body).memories
                _ = try await space.put(new, most: 100, jobID: "\(index)")
            }
            let all = try await Self.pages(\.id) { try await space.list(cursor: $0, limit: 200) { _ in true } }
            #expect(all.ids.count == 20 && Set(all.ids).count == 20)
            #expect(all.counts.max() == 8)
            // Also of those that are not wanted no more are read for one page.
            let some = try await Self.pages(\.id) { try await space.list(cursor: $0, limit: 200) { $0.id == "m0" } }
            #expect(some.ids == ["m0"] && some.counts.count >= 3)
        }
    }

    @Test func largeTasksAreListedSomeAtATime() async throws {
        try await withStore { store in
            let work = store.work(owner: "o", domain: "d")
            for index in 0..<12 { try await work.make("t\(index)", ["parameters": ["p": .string(Self.large)]]) }
            let all = try await Self.pages(\.id) { try await work.tasks.list(cursor: $0, limit: 200) { _ in true } }
            #expect(all.ids.count == 12 && Set(all.ids).count == 12)
            #expect(all.counts.max() == 8)
        }
    }
}
