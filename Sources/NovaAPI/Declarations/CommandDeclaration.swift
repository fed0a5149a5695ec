package import HTTPTypes
package import NovaContract
package import NovaStore

/// Where a command's entity is named.
package enum EntitySource: Sendable {
    /// By this path parameter.
    case path(String)
    /// By this member of the body; where it is not there, the entity is named after the job that makes it.
    case member(String)
    /// By the first name, in their order, of this member of the body, an object.
    case first(String)
    /// After the job: it is made by it.
    case job
}

/// One method on one path by which a kind of command is asked for.
package struct CommandEndpoint: Sendable {
    package let method: HTTPRequest.Method
    /// For example `/api/orchestration/flows/{flow_id}`.
    package let path: String
    package let entity: EntitySource
    /// Path parameters that become members of the body.
    package let members: [String]
    /// Query parameters, `true` or `false`, that become members of the body; left out, they are false.
    package let flags: [QueryParameter]
    /// What is published instead of what was sent; nil: the same.
    package let rewrite: (@Sendable (JSONValue) throws -> JSONValue)?
    package let document: EndpointDocument

    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        entity: EntitySource,
        members: [String] = [],
        flags: [QueryParameter] = [],
        rewrite: (@Sendable (JSONValue) throws -> JSONValue)? = nil,
        _ document: EndpointDocument
    ) {
        self.method = method
        self.path = path
        self.entity = entity
        self.members = members
        self.flags = flags
        self.rewrite = rewrite
        self.document = document
    }

    /// What may stand in its query.
    package var query: [QueryParameter] { [.domain] + flags }
}

/// One kind of command, whatever its body: all that gateways, documents and tools need to know of it.
package protocol AnyCommandDeclaration: Sendable {
    var kind: CommandKind { get }
    /// What a key must hold.
    var permission: Permission { get }
    /// Where it is asked for; none where it is only a part of another request.
    var endpoints: [CommandEndpoint] { get }
    /// Whether its result names the entity's version, which becomes the answer's `ETag`.
    var isVersioned: Bool { get }
    /// Whether its body is a merge patch (RFC 7396), which is published as it is.
    var isMergePatch: Bool { get }

    /// Refuses a body that no worker could use, whatever is known of the entity.
    ///
    /// - Throws: `NovaError`, mostly `VALIDATION_ERROR`.
    func checkBody(_ body: JSONValue, _ subject: CommandSubject) throws

    /// Refuses a body that no worker could use.
    ///
    /// A merge patch is checked by what it makes of the entity as it is now; where there is no such entity yet, it passes:
    /// the entity may be made by a command that is on its way.
    ///
    /// - Throws: `NovaError`, mostly `VALIDATION_ERROR`; `RedisError` where the entity cannot be read.
    func check(_ body: JSONValue, _ subject: CommandSubject, in place: CommandPlace) async throws
}

/// Whose entity a command is about.
package struct CommandPlace: Sendable {
    package let store: Store
    package let owner: String
    package let domain: String

    package init(store: Store, owner: String, domain: String) {
        self.store = store
        self.owner = owner
        self.domain = domain
    }
}

/// All that is true of one kind of command, in one place.
///
/// From it come its routes, what is refused, its part of the API document, and the body that a worker's handler is given.
package struct CommandDeclaration<Body: Sendable>: AnyCommandDeclaration, CommandBodyReading {
    package let kind: CommandKind
    package let permission: Permission
    package let endpoints: [CommandEndpoint]
    package let isVersioned: Bool
    private let reading: @Sendable (JSONValue, CommandSubject) throws -> Body
    /// What a merge patch makes of the entity as it is now; nil where there is none.
    private let patched: (@Sendable (CommandPlace, CommandSubject, JSONValue) async throws -> JSONValue?)?
    private let checkPatched: @Sendable (JSONValue, CommandSubject) throws -> Void

    /// One whose body is read by `reading`.
    package init(
        _ kind: CommandKind,
        needs permission: Permission,
        isVersioned: Bool = false,
        at endpoints: CommandEndpoint...,
        reading: @escaping @Sendable (JSONValue, CommandSubject) throws -> Body
    ) {
        self.kind = kind
        self.permission = permission
        self.endpoints = endpoints
        self.isVersioned = isVersioned
        self.reading = reading
        patched = nil
        checkPatched = { _, _ in }
    }

    package var isMergePatch: Bool { patched != nil }

    package func read(_ body: JSONValue, _ subject: CommandSubject) throws -> Body { try reading(body, subject) }

    package func checkBody(_ body: JSONValue, _ subject: CommandSubject) throws { _ = try reading(body, subject) }

    package func check(_ body: JSONValue, _ subject: CommandSubject, in place: CommandPlace) async throws {
        guard let patched else { return try checkBody(body, subject) }
        guard case .object = body else { throw NovaError.noPatch(body) }
        if let whole = try await patched(place, subject, body) { try checkPatched(whole, subject) }
    }
}

extension CommandDeclaration where Body == JSONValue {
    /// One whose body is a merge patch; handlers get the patch.
    ///
    /// - Parameters:
    ///   - whole: the command that replaces the entity; it says which bodies are valid.
    ///   - patched: the body of `whole` that the patch comes to now; nil where there is no such entity yet.
    package init<Whole>(
        _ kind: CommandKind,
        patching whole: CommandDeclaration<Whole>,
        at endpoints: CommandEndpoint...,
        patched: @escaping @Sendable (CommandPlace, CommandSubject, JSONValue) async throws -> JSONValue?
    ) {
        self.kind = kind
        permission = whole.permission
        self.endpoints = endpoints
        isVersioned = whole.isVersioned
        reading = { body, _ in body }
        self.patched = patched
        checkPatched = { _ = try whole.read($0, $1) }
    }
}

extension CommandDeclaration where Body == Void {
    /// One that says all in its path and query: its body is nothing, or the domain.
    package init(_ kind: CommandKind, needs permission: Permission, at endpoints: CommandEndpoint...) {
        self.kind = kind
        self.permission = permission
        self.endpoints = endpoints
        isVersioned = false
        reading = { body, subject in
            // What a Nova wrote is read leniently.
            if subject.source == .request { try BareRequest.check(body) }
        }
        patched = nil
        checkPatched = { _, _ in }
    }
}

extension NovaError {
    fileprivate static func noPatch(_ value: JSONValue) -> NovaError {
        NovaError(
            .validationError,
            "the body must be an object of what is to be changed, not \(value.kindName)",
            details: [.init(.root, "must be an object")]
        )
    }
}
