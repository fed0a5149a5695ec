import HTTPTypes
package import NovaAPI
package import NovaContract

/// The OpenAPI document, written from what the routes declare.
///
/// What all operations have in common, the gateway's own operations and the shared schemas stand in
/// `Documents/openapi-base.json`; a pool's schemas beside its contract.
package enum OpenAPIDocument {
    /// Why the document cannot be written: a declaration and what it names do not fit together.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - routes: everything the gateway serves.
    ///   - schemas: of each pool, a JSON object of component schemas.
    /// - Throws: `Fault` where an operation is described twice or not at all, a name of a schema is taken twice, or a
    ///   schema that is named is not there.
    package static func make(_ routes: [Route], schemas: [[UInt8]]) throws -> JSONValue {
        let base = try JSONValue(parsing: Documents.openAPIBase)
        guard var document = base.objectValue, var components = base["components"]?.objectValue,
            var known = components["schemas"]?.objectValue, var written = base["paths"]?.objectValue
        else { throw Fault(description: "openapi-base.json has no paths or components") }
        for part in schemas {
            for (name, schema) in try JSONValue(parsing: part).objectValue ?? [:] {
                guard known[name] == nil else { throw Fault(description: "two schemas are named \(name)") }
                known[name] = schema
            }
        }
        var paths = JSONObject()
        for route in routes {
            let method = route.method.rawValue.lowercased()
            var operations = paths[route.path]?.objectValue ?? [:]
            guard operations[method] == nil else {
                throw Fault(description: "\(route.method) \(route.path) is served twice")
            }
            switch route.document {
            case .command(let command, let endpoint): operations[method] = Operation(command, endpoint).json
            case .query(let document, let form, let permission):
                operations[method] = Operation(route, document, form, permission).json
            case .written:
                guard let operation = written[route.path]?[method] else {
                    throw Fault(description: "openapi-base.json does not describe \(route.method) \(route.path)")
                }
                operations[method] = operation
                var left = written[route.path]?.objectValue ?? [:]
                left[method] = nil
                written[route.path] = left.isEmpty ? nil : .object(left)
            }
            paths[route.path] = .object(operations)
        }
        if let path = written.keys.min() {
            throw Fault(description: "openapi-base.json describes \(path), which is not served")
        }
        components["schemas"] = .object(known)
        document["components"] = .object(components)
        document["paths"] = .object(paths)
        try check(.object(document))
        return .object(document)
    }

    /// - Throws: `Fault` for a reference that leads nowhere.
    private static func check(_ document: JSONValue) throws(Fault) {
        var rest = [document]
        while let value = rest.popLast() {
            if let reference = value["$ref"]?.stringValue {
                let parts = reference.dropFirst(2).split(separator: "/").map(String.init)
                guard parts.reduce(Optional(document), { $0?[$1] }) != nil else {
                    throw Fault(description: "\(reference) is named and not there")
                }
            }
            rest += value.objectValue?.values ?? value.arrayValue ?? []
        }
    }
}

/// One method on one path in the document.
private struct Operation {
    private let document: EndpointDocument
    private let permission: Permission
    private var parameters: [JSONValue]
    private let headers: [String]
    private var statuses: [String: JSONValue] = [:]

    /// Of a request for a command: it becomes a job.
    init(_ command: any AnyCommandDeclaration, _ endpoint: CommandEndpoint) {
        document = endpoint.document
        permission = command.permission
        parameters = Self.path(endpoint.path) + endpoint.query.map(Self.query)
        parameters += ["Prefer", "Idempotency-Key", "Job-Deadline", "X-Request-ID", "traceparent"].map(Self.named)
        if command.kind.isConditional { parameters += ["If-Match", "If-None-Match"].map(Self.named) }
        // Of what may be made anew where it is not there, the answer has no tag to go by.
        let isTagged = command.isVersioned && Self.namesEntity(endpoint.entity)
        headers = ["Preference-Applied"] + (isTagged ? ["ETag"] : []) + ["Vary"]
        statuses["200"] = Self.content("The job ended in time; this is its result.", headers, document.answer)
        statuses["202"] = Self.accepted
        fail(400, 401, 403, 404, 409, 413, 415, 422, 429, 431, 500, 503)
        if command.kind.isConditional { fail(412) }
    }

    /// Of a request that is answered from what is known, or that changes it at once.
    init(
        _ route: Route,
        _ document: EndpointDocument,
        _ form: EndpointDocument.Form,
        _ permission: Permission
    ) {
        self.document = document
        self.permission = permission
        parameters = Self.path(route.path) + route.query.map(Self.query)
        switch form {
        case .entity:
            parameters += ["If-Match", "If-None-Match-Read"].map(Self.named)
            headers = ["ETag"]
            fail(404, 412)
            statuses["304"] = ["$ref": "#/components/responses/NotModified"]
        case .list:
            headers = ["Link"]
            fail(404)
        case .query:
            headers = []
            fail(404)
        case .action:
            headers = []
            fail(404, 409, 413, 415)
        }
        fail(400, 401, 403, 429, 431, 500, 503)
        statuses["200"] = Self.content("OK", headers, document.answer)
    }

    var json: JSONValue {
        let needs = "Needs `\(permission)`."
        var members: JSONObject = [
            "operationId": .string(document.operationID), "tags": [.string(document.tag)],
            "summary": .string(document.summary),
            "description": .string(document.description.isEmpty ? needs : "\(document.description) \(needs)"),
            "parameters": .array(parameters), "responses": .object(JSONObject(statuses)),
        ]
        members["requestBody"] = requestBody
        return .object(members)
    }

    private var requestBody: JSONValue? {
        switch document.body {
        case .none: nil
        case .written(let body): body
        case .mergePatch:
            [
                "required": true,
                "content": [
                    "application/merge-patch+json": [
                        "schema": [
                            "type": "object", "description": "Members of the PUT of this path; each may be `null`.",
                            "additionalProperties": true,
                        ]
                    ]
                ],
            ]
        case .schema(let name, let example, let isRequired):
            [
                "required": .bool(isRequired),
                "content": ["application/json": ["schema": Self.reference("schemas", name), "example": example]],
            ]
        }
    }

    // MARK: - Parts

    /// Whether its answer is about the entity that the path names.
    private static func namesEntity(_ source: EntitySource) -> Bool {
        if case .path = source { true } else { false }
    }

    private static func reference(_ kind: String, _ name: String) -> JSONValue {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }

    private static func named(_ parameter: String) -> JSONValue { reference("parameters", parameter) }

    private static func path(_ path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { named(String($0.dropFirst().dropLast())) }
    }

    private static func query(_ parameter: QueryParameter) -> JSONValue {
        let shared: [QueryParameter] = [.domain, .limit, .cursor]
        if shared.contains(parameter) { return named(parameter.name) }
        var members: JSONObject = [
            "name": .string(parameter.name), "in": "query", "required": false,
            "description": .string(parameter.about), "schema": parameter.schema,
        ]
        if parameter.most > 1 {
            members["style"] = "form"
            members["explode"] = true
        }
        return .object(members)
    }

    private static let common = ["X-Request-ID", "X-Response-Time", "RateLimit", "RateLimit-Policy"]

    private static func fields(_ names: [String]) -> JSONObject {
        JSONObject((common + names).map { ($0, reference("headers", $0)) })
    }

    private static func content(_ description: String, _ headers: [String], _ schema: String) -> JSONValue {
        [
            "description": .string(description), "headers": .object(fields(headers)),
            "content": ["application/json": ["schema": reference("schemas", schema)]],
        ]
    }

    private static var accepted: JSONValue {
        var headers = fields(["Preference-Applied", "Vary"])
        headers["Location"] = ["description": "Where the job is asked for.", "schema": ["type": "string"]]
        return [
            "description": "The job goes on; ask for it or subscribe to its events.", "headers": .object(headers),
            "content": ["application/json": ["schema": reference("schemas", "Accepted")]],
        ]
    }

    private static let failures = [
        400: "ValidationError", 401: "AuthenticationError", 403: "PermissionDenied", 404: "NotFound", 409: "Conflict",
        412: "PreconditionFailed", 413: "PayloadTooLarge", 415: "UnsupportedMediaType", 422: "Unprocessable",
        429: "RateLimitExceeded", 431: "HeadersTooLarge", 500: "ServiceError", 503: "ServiceUnavailable",
    ]

    private mutating func fail(_ codes: Int...) {
        for code in codes { statuses["\(code)"] = Self.reference("responses", Self.failures[code] ?? "ServiceError") }
    }
}
