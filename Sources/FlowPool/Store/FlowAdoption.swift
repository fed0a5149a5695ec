import AsyncPrimitives
package import Logging
import NovaContract
import NovaService
package import NovaStore
import RedisClient

/// What a process that uses flows does before it begins its work: flows that an older version kept for all owners of a
/// domain together are given to the owner that the setting `migration.flows_owner` names.
package struct FlowAdoption: Sendable {
    private static let setting = "migration.flows_owner"

    private let store: Store
    private let owner: String?

    /// - Throws: `SettingsError` where the owner is none.
    package init(store: Store, owner: String?) throws {
        if let owner, let fault = EntityID.fault(owner) {
            throw SettingsError(key: Self.setting, value: owner, source: "settings", problem: fault)
        }
        self.store = store
        self.owner = owner
    }

    /// Returns when nothing is left, trying again until Redis answers.
    ///
    /// - Throws: `SettingsError` where there are such flows and nobody is named; `CancellationError`.
    package func run(_ logger: Logger) async throws {
        let moved = try await retrying(.processStart) {
            try await store.flowMigration.run(owner: owner)
        } onFailure: { failed in
            switch failed.error {
            case let missing as FlowMigration.OwnerMissing:
                throw SettingsError(key: Self.setting, source: "settings", problem: Self.problem(missing))
            case let error as RedisError where error.isRetriable:
                logger.warning("flows of an older version are not looked for yet", metadata: ["error": "\(error)"])
                return failed.delay
            default:
                return nil
            }
        }
        guard moved > 0 else { return }
        logger.notice(
            "flows of an older version belong to an owner now",
            metadata: ["flows": "\(moved)", "owner": "\(owner ?? "")"]
        )
    }

    private static func problem(_ missing: FlowMigration.OwnerMissing) -> String {
        let (verb, flows) = missing.count == 1 ? ("is", "1 flow") : ("are", "\(missing.count) flows")
        return """
            is not set, and there \(verb) \(flows) in Redis that an older version kept for all owners together (such as \
            "\(missing.example)" in the domain "\(missing.exampleDomain)"): name the owner of keys that they are to belong \
            to, for example NOVA_MIGRATION_FLOWS_OWNER=team-a for the gateways and the optimization workers, and start again
            """
    }
}

extension ExponentialBackoff {
    /// Before a process that begins asks Kafka or Redis again: always 500 ms.
    static let processStart = ExponentialBackoff.constant(.milliseconds(500))
}
