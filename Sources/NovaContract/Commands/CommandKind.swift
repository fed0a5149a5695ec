/// What a command asks for, with what holds for every command of the kind.
///
/// Each pool declares its own kinds; `CommandCatalog` finds one by its name.
package struct CommandKind: Sendable, Hashable {
    /// The `type` of its jobs and part of its CloudEvents type, for example `flow.store`.
    package let name: String
    package let pool: Pool
    /// The kind of entity whose commands apply in order: the `flow` of `flow:ID`.
    package let entityType: String
    /// Whether it changes one entity that has a version, so that it can depend on it (`VersionCondition`).
    package let isConditional: Bool

    package init(_ name: String, of pool: Pool, on entityType: String, isConditional: Bool = false) {
        self.name = name
        self.pool = pool
        self.entityType = entityType
        self.isConditional = isConditional
    }
}

/// All kinds of commands that a process knows, and the pools that carry them out.
package struct CommandCatalog: Sendable {
    /// In the order in which they were declared.
    package let kinds: [CommandKind]
    /// Each once, in the order of `kinds`.
    package let pools: [Pool]
    private let byName: [String: CommandKind]

    /// - Throws: `CommandCatalogError` where two kinds have one name.
    package init(_ kinds: [CommandKind]) throws(CommandCatalogError) {
        var byName: [String: CommandKind] = [:]
        var pools: [Pool] = []
        for kind in kinds {
            guard byName.updateValue(kind, forKey: kind.name) == nil else {
                throw CommandCatalogError(description: "two kinds of commands are named \(kind.name)")
            }
            if !pools.contains(kind.pool) { pools.append(kind.pool) }
        }
        self.kinds = kinds
        self.pools = pools
        self.byName = byName
    }

    /// The kind of this name; nil where it is none of this version of Nova.
    package subscript(name: String) -> CommandKind? { byName[name] }
}

/// Why kinds of commands make no catalog.
package struct CommandCatalogError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// What a command's body is read with: what it is about, and who wrote it.
package struct CommandSubject: Sendable {
    /// The entity, as the command's path or body names it, or the job where it is named after that.
    package let entityID: String
    package let jobID: String
    /// Milliseconds since 1970 at which the gateway took the command.
    package let createdAt: Int64
    package let source: JSONValue.Source

    package init(entityID: String, jobID: String, createdAt: Int64, source: JSONValue.Source) {
        self.entityID = entityID
        self.jobID = jobID
        self.createdAt = createdAt
        self.source = source
    }
}

/// One kind of command with the body it takes: what gateways check it by and what workers are given.
package protocol CommandBodyReading<Body>: Sendable {
    /// A body that is valid.
    associatedtype Body: Sendable

    var kind: CommandKind { get }

    /// Reads a body.
    ///
    /// - Throws: `NovaError`, mostly `VALIDATION_ERROR`, for a body that no worker could use.
    func read(_ body: JSONValue, _ subject: CommandSubject) throws -> Body
}
