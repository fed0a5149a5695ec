import Foundation
import Subprocess
import SystemPackage

/// Finds the file of a program before anything is started, so that a wrong name is an error and not an odd exit.
enum ProgramPath {
    /// - Throws: ``ChildProcessError/notStarted(name:reason:)``.
    static func find(_ executable: String, environment: Subprocess.Environment, name: String) async throws -> String {
        guard executable.contains("/") else {
            do {
                return try await Executable.name(executable).resolveExecutablePath(in: environment).string
            } catch {
                throw ChildProcessError.notStarted(name: name, reason: "no \(executable) on PATH")
            }
        }
        let path = URL(filePath: executable).standardizedFileURL.path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw ChildProcessError.notStarted(name: name, reason: "\(path) is not an executable file")
        }
        return path
    }
}
