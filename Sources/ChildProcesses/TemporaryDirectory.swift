import Foundation

/// A directory that exists as long as a scope, with everything in it.
package enum TemporaryDirectory {
    /// Left behind only when we are killed inside `body`.
    ///
    /// Readable by this user only.
    @discardableResult
    package static func run<R>(
        prefix: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> R
    ) async throws -> R {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(prefix)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        do {
            let result = try await body(url.path)
            try FileManager.default.removeItem(at: url)
            return result
        } catch {
            if FileManager.default.fileExists(atPath: url.path) {
                try FileManager.default.removeItem(at: url)
            }
            throw error
        }
    }
}
