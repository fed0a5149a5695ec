/// Uses a resource that is open and closes it in every case: also where the use throws or the task is cancelled.
///
/// - Cancellation: the use sees it; the close does not: it runs in a task of its own, so that it can still talk to what it
///   closes, and is waited for.
/// - Throws: what `use` throws; else what `close` throws.
package func withResource<Resource: Sendable, Result>(
    _ resource: Resource,
    isolation: isolated (any Actor)? = #isolation,
    close: @escaping @Sendable (Resource) async throws -> Void,
    use: (Resource) async throws -> Result
) async throws -> Result {
    let result: Result
    do {
        result = try await use(resource)
    } catch {
        // The fault of the use is what the caller can do something about; a fault of the close would hide it.
        _ = await Task { try await close(resource) }.result
        throw error
    }
    try await Task { try await close(resource) }.value
    return result
}
