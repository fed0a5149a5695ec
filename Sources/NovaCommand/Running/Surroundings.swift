#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a command finds around it.
enum Surroundings {
    /// The environment of the command; tests put another in its place, without changing that of the process.
    @TaskLocal static var environment: [String: String] = ProcessInfo.processInfo.environment

    /// A variable that is set to something.
    static func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
