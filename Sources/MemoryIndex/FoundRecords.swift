package import Memory
package import MemoryPool
import NovaContract
import NovaStore

extension MemorySearch.Found {
    /// What the first matches and their neighbours say, of as many as have so many bytes together, but at least of the first.
    ///
    /// - Returns: those that are still there, in no order.
    package func records(in space: MemorySpace, bytes: Int) async throws -> [MemoryRecord] {
        let shown = matches.map { [$0.id] + $0.before + $0.after }
        let all = Array(Set(shown.joined()))
        let lengths = Dictionary(zip(all, try await space.lengths(all))) { $1 }
        var ids: Set<String> = []
        var left = bytes
        for some in shown {
            left -= some.reduce(0) { $0 + (lengths[$1] ?? 0) }
            if left < 0 && !ids.isEmpty { break }
            ids.formUnion(some)
        }
        return try await space.get(Array(ids))
    }
}
