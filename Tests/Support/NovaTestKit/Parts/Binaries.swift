package import Foundation

/// The programs that were built together with the running tests.
package enum Binaries {
    package struct Missing: Error, CustomStringConvertible {
        package let path: String
        package var description: String { "\(path) is not there: build it first" }
    }

    /// The path of an executable product, beside the test bundle.
    package static func path(_ name: String) throws -> String {
        let path = directory.appending(path: name).path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }

    /// Where the build put the test bundle and the programs.
    ///
    /// The bundle is itself the program that runs, or it is loaded by a helper that is told its path.
    package static var directory: URL {
        let arguments = CommandLine.arguments
        let option = arguments.firstIndex(of: "--test-bundle-path").map { arguments.index(after: $0) }
        let bundle =
            if let option, option < arguments.endIndex { URL(filePath: arguments[option]) } else {
                URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            }
        return bundle.standardizedFileURL.deletingLastPathComponent()
    }

    /// The directory of `Package.swift`.
    package static var packageRoot: URL {
        var directory = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while directory.path != "/" {
            if FileManager.default.fileExists(atPath: directory.appending(path: "Package.swift").path) {
                return directory
            }
            directory.deleteLastPathComponent()
        }
        return URL(filePath: FileManager.default.currentDirectoryPath)
    }

    /// The independent broker: `NOVA_NOIDA`, or where `scripts/setup.sh` puts it.
    package static func noida() throws -> String {
        try tool("NOVA_NOIDA", default: ".tools/noida/noida-db")
    }

    /// The environment that makes a program load the newer librdkafka, from `NOVA_LIBRDKAFKA_ALT` or where
    /// `scripts/setup.sh` puts it.
    package static func otherLibrdkafka() throws -> [String: String] {
        ["LD_LIBRARY_PATH": try tool("NOVA_LIBRDKAFKA_ALT", default: ".tools/librdkafka-2.16")]
    }

    private static func tool(_ variable: String, default path: String) throws -> String {
        let path = ProcessInfo.processInfo.environment[variable] ?? packageRoot.appending(path: path).path
        guard FileManager.default.fileExists(atPath: path) else { throw Missing(path: path) }
        return path
    }
}
