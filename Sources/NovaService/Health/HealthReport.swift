#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The JSON body of `/health/ready`.
struct HealthReport: Encodable {
    struct Dependency: Encodable {
        let status: String
        let detail: String?
    }

    let status: String
    let dependencies: [String: Dependency]

    init(_ snapshot: Readiness.Snapshot) {
        status = snapshot.status
        dependencies = snapshot.dependencies.mapValues { dependency in
            Dependency(status: dependency.up ? "up" : "down", detail: dependency.detail)
        }
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
