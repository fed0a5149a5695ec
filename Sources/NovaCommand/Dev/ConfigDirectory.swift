import Foundation

/// The folder `config/` of Nova.
struct ConfigDirectory: Sendable {
    let path: String

    var keysFile: String { path + "/development-keys.yaml" }
    var sampleFlow: String { path + "/examples/research-digest.json" }
    var smallFlow: String { path + "/examples/two-reports.json" }

    private var isComplete: Bool { FileManager.default.fileExists(atPath: keysFile) }

    /// The one named, or `config` here, or the one of the source tree that the executable was built in.
    ///
    /// - Throws: `CommandFailure` that says where it was looked for.
    static func find(
        _ named: String?,
        here: String = FileManager.default.currentDirectoryPath,
        executable: String = OwnExecutable.path
    ) throws -> ConfigDirectory {
        if let named {
            let directory = ConfigDirectory(path: URL(filePath: named).standardizedFileURL.path)
            guard directory.isComplete else {
                throw CommandFailure(.configuration, "\(directory.keysFile) does not exist: is --config-dir right?")
            }
            return directory
        }
        let candidates = [here] + ancestors(of: executable)
        let found = candidates.lazy.map { ConfigDirectory(path: $0 + "/config") }.first(where: \.isComplete)
        guard let found else {
            throw CommandFailure(
                .configuration,
                "no config/development-keys.yaml in \(here), nor beside \(executable): name the folder by --config-dir"
            )
        }
        return found
    }

    /// The folders above, as far as a build folder is deep.
    private static func ancestors(of path: String) -> [String] {
        var url = URL(filePath: path)
        return (0..<5).compactMap { _ in
            url.deleteLastPathComponent()
            return url.path == "/" ? nil : url.standardizedFileURL.path.trimmingSuffix("/")
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
