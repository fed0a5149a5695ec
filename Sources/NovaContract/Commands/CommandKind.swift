/// What a command asks for.
///
/// The raw value is the `type` of its job and part of its CloudEvents type.
package enum CommandKind: String, Sendable, CaseIterable {
    case optimizeFlow = "flow.optimize"
    case storeFlow = "flow.store"
    case deleteFlow = "flow.delete"

    package var pool: Pool {
        switch self {
        case .optimizeFlow, .storeFlow, .deleteFlow: .optimization
        }
    }

    /// The kind of entity whose commands apply in order: the `flow` of `flow:ID`.
    package var entityType: String {
        switch self {
        case .optimizeFlow, .storeFlow, .deleteFlow: "flow"
        }
    }
}
