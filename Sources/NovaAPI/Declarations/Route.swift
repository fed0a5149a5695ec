package import HTTPTypes
package import NovaContract

/// One method on one path, and what answers it.
package struct Route: Sendable {
    /// Who counts the request against the key's budget.
    package enum Counting: Sendable {
        /// Nobody: the path is public.
        case none
        /// The responder, before the handler runs.
        case before
        /// The handler, in the round trip that admits the command.
        case byHandler
    }

    package let method: HTTPRequest.Method
    /// For example `/api/jobs/{job_id}`.
    package let path: String
    /// Of its parameters, in the order they stand in `path`.
    package let parameterNames: [String]
    package let counting: Counting
    /// What it takes behind the question mark; all else is refused.
    package let query: [QueryParameter]
    package let handler: @Sendable (Call) async throws -> Answer
    /// What the API document says of it.
    package let document: RouteDocument

    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ counting: Counting,
        query: [QueryParameter] = [],
        document: RouteDocument = .written,
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.method = method
        self.path = path
        parameterNames = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        self.counting = counting
        self.query = query
        self.document = document
        self.handler = handler
    }
}

/// Where the API document has a route's part from.
package enum RouteDocument: Sendable {
    /// From the declaration of this command.
    case command(any AnyCommandDeclaration, CommandEndpoint)
    /// From what the route declares.
    case query(EndpointDocument, EndpointDocument.Form, needs: Permission)
    /// It stands written out among the gateway's own operations.
    case written
}

/// A request for what is known of one owner in one domain; its key may ask it.
package struct Query: Sendable {
    package let call: Call
    package let key: APIKey
    package let domain: String

    package var owner: String { key.owner }
    package var items: QueryItems { call.facts.query }
}

extension Route {
    /// A route that is answered from what is known, about one domain: as the query names it, or the key's default.
    ///
    /// - Parameters:
    ///   - permission: what the key must hold; else the answer is `PERMISSION_DENIED`.
    ///   - parameters: what it takes in its query besides `domain`.
    package static func query(
        _ path: String,
        needs permission: Permission,
        _ parameters: [QueryParameter] = [],
        as form: EndpointDocument.Form,
        _ document: EndpointDocument,
        answer: @escaping @Sendable (Query) async throws -> Answer
    ) -> Route {
        Route(
            .get,
            path,
            .before,
            query: [.domain] + parameters,
            document: .query(document, form, needs: permission)
        ) { call in
            let key = try call.authenticatedKey()
            try key.require(permission)
            return try await answer(
                Query(call: call, key: key, domain: try key.domain(requested: call.facts.query["domain"]))
            )
        }
    }

    /// A route that changes what Redis holds at once, about one domain: as the query or the body names it, or the key's
    /// default.
    package static func action(
        _ path: String,
        needs permission: Permission,
        _ document: EndpointDocument,
        answer: @escaping @Sendable (Query, JSONValue) async throws -> Answer
    ) -> Route {
        Route(.post, path, .before, query: [.domain], document: .query(document, .action, needs: permission)) { call in
            let key = try call.authenticatedKey()
            try key.require(permission)
            let body = try await call.body.json().value
            let domain = try key.domain(requested: try body.domain(besides: call.facts.query["domain"]))
            return try await answer(Query(call: call, key: key, domain: domain), body)
        }
    }
}

extension JSONValue {
    /// The domain that a request names, in its query or in this body; nil where in neither.
    ///
    /// - Throws: `VALIDATION_ERROR` where the two differ.
    package func domain(besides query: String?) throws(NovaError) -> String? {
        var validator = Validator()
        let named = validator.string(self["domain"], "/domain", length: 1...EntityID.maximumBytes)
        try validator.finish()
        if let query, let named, query != named {
            let fault = "must be \"\(query)\" as in the query, not \"\(named)\""
            throw NovaError(.validationError, "/domain: \(fault)", details: [.init("/domain", fault)])
        }
        return query ?? named
    }

    /// The body with what the path names; a body that names something else is refused, one that is no object is left to its
    /// reader.
    package func completed(_ ids: [String: String]) throws(NovaError) -> JSONValue {
        guard var members = objectValue else { return self }
        var validator = Validator(.request)
        for (name, id) in ids {
            validator.same(members[name], JSONPointer.root.appending(name), asInPath: id)
            members[name] = .string(id)
        }
        try validator.finish()
        return .object(members)
    }
}
