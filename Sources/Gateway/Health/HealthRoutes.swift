import HTTPTypes
import NovaAPI
import NovaContract
import NovaService

/// Whether the gateway lives, and whether it should get work.
struct HealthRoutes: Sendable {
    let readiness: Readiness
    let version: String

    func health(_ call: Call) -> Answer {
        .json([
            "status": "healthy", "timestamp": .string(Timestamp.string()), "version": .string(version),
        ])
    }

    func live(_ call: Call) -> Answer { .json(["status": "alive"]) }

    /// Everybody hears which dependency is down; why, a key that holds `admin`.
    func ready(_ call: Call) -> Answer {
        let snapshot = readiness.snapshot
        let tellsWhy = call.key?.allows(Permission(.admin)) ?? false
        let dependencies = snapshot.dependencies.mapValues { dependency -> JSONValue in
            var members: JSONObject = ["status": .string(dependency.up ? "up" : "down")]
            if tellsWhy, let detail = dependency.detail { members["detail"] = .string(detail) }
            return .object(members)
        }
        let body: JSONValue = ["status": .string(snapshot.status), "dependencies": .object(dependencies)]
        return .json(body, status: snapshot.isReady ? .ok : .serviceUnavailable)
    }
}
