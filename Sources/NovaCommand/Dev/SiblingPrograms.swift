import Foundation

/// The other executables of Nova, which are built into, and installed into, one folder.
struct SiblingPrograms: Sendable {
    /// The tool itself, as a person can call it again.
    let nova: String
    let gateway: String
    let optimizationWorker: String
    let coordinationWorker: String
    let allocationWorker: String
    let memoryWorker: String

    /// - Throws: `CommandFailure` that says what is missing, and how to build it.
    static func find(beside executable: String = OwnExecutable.path) throws -> SiblingPrograms {
        let folder = URL(filePath: executable).deletingLastPathComponent().path
        func program(_ name: String) throws -> String {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw CommandFailure(
                    .software,
                    "there is no \(name) beside nova, in \(folder): build all of Nova by `make build` or `swift build`"
                )
            }
            return path
        }
        return SiblingPrograms(
            nova: executable,
            gateway: try program("nova-gateway"),
            optimizationWorker: try program("nova-optimization-worker"),
            coordinationWorker: try program("nova-coordination-worker"),
            allocationWorker: try program("nova-allocation-worker"),
            memoryWorker: try program("nova-memory-worker")
        )
    }
}

/// The file this process runs from.
enum OwnExecutable {
    static var path: String {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            // No procfs: not Linux, where the bundle knows.
            return Bundle.main.executablePath ?? CommandLine.arguments[0]
        }
    }
}
