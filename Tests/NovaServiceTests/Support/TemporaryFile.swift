import Foundation

/// Writes a file of its own for one test and removes it afterwards.
@discardableResult
func withTemporaryFile<Result>(
    _ content: some Sequence<UInt8>,
    _ body: (String) async throws -> Result
) async throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "nova-\(UUID().uuidString)")
    try Data(content).write(to: file)
    do {
        let result = try await body(file.path)
        try FileManager.default.removeItem(at: file)
        return result
    } catch {
        try FileManager.default.removeItem(at: file)
        throw error
    }
}
