package import NovaContract

/// The HTTP API as its document tells it: operations, and what each may be asked and answer.
package struct OpenAPIDocument: Sendable {
    package struct Parameter: Sendable {
        package let name: String
        /// `path`, `query` or `header`.
        package let place: String
        package let schema: JSONValue
    }

    package struct Operation: Sendable {
        package let id: String
        package let method: String
        /// Segments between slashes; `{NAME}` stands for a parameter.
        package let segments: [String]
        package let parameters: [Parameter]
        /// The schema of a JSON body, and the document's own example of one.
        package let body: (schema: JSONValue, example: JSONValue?)?
        /// By status: content types with their schemas; none: no JSON.
        let answers: [String: [String: JSONValue]]

        package var path: String { "/" + segments.joined(separator: "/") }
    }

    package let operations: [Operation]
    package let components: JSONValue
    private let library: SchemaLibrary
    /// Schemas of answers by operation, status and content type.
    private let schemas: [String: JSONSchema]

    package init(_ document: JSONValue) throws {
        components = document["components"] ?? [:]
        library = SchemaLibrary(document: document)
        var operations: [Operation] = []
        for (path, item) in document["paths"]?.objectValue?.sortedMembers ?? [] {
            let common = item["parameters"]?.arrayValue ?? []
            for (method, operation) in item.objectValue?.sortedMembers ?? [] where method != "parameters" {
                operations.append(Self.operation(method, path, operation, common, components))
            }
        }
        self.operations = operations
        var schemas: [String: JSONSchema] = [:]
        for operation in operations {
            for (status, contents) in operation.answers {
                for (type, schema) in contents {
                    schemas[Self.key(operation, status, type)] = try library.schema(schema)
                }
            }
        }
        self.schemas = schemas
    }

    private static func key(_ operation: Operation, _ status: String, _ type: String) -> String {
        "\(operation.method) \(operation.path) \(status) \(type)"
    }

    private static func operation(
        _ method: String,
        _ path: String,
        _ json: JSONValue,
        _ common: [JSONValue],
        _ components: JSONValue
    ) -> Operation {
        func resolved(_ value: JSONValue) -> JSONValue {
            guard let reference = value["$ref"]?.stringValue else { return value }
            return reference.split(separator: "/").dropFirst(2).reduce(components) { $0[String($1)] ?? .null }
        }
        let parameters = (common + (json["parameters"]?.arrayValue ?? [])).map(resolved).map {
            Parameter(
                name: $0["name"]?.stringValue ?? "",
                place: $0["in"]?.stringValue ?? "",
                schema: $0["schema"] ?? [:]
            )
        }
        let content = json["requestBody"].map(resolved)?["content"]?["application/json"]
        var answers: [String: [String: JSONValue]] = [:]
        for (status, response) in json["responses"]?.objectValue?.sortedMembers ?? [] {
            answers[status] = (resolved(response)["content"]?.objectValue ?? [:]).dictionary { $0["schema"] }
        }
        return Operation(
            id: json["operationId"]?.stringValue ?? "",
            method: method.uppercased(),
            segments: path.split(separator: "/").map(String.init),
            parameters: parameters,
            body: content.map { ($0["schema"] ?? [:], $0["example"]) },
            answers: answers
        )
    }

    /// The operation of a path as it was sent, or nil.
    ///
    /// - Parameter path: percent-encoded, with or without a query.
    package func operation(_ method: String, _ path: String) -> Operation? {
        let bare = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        let segments = bare.split(separator: "/", omittingEmptySubsequences: true)
        let fitting = operations.filter { operation in
            operation.segments.count == segments.count
                && zip(operation.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        // A literal goes before a parameter, whichever methods each of them has.
        let most = fitting.map(literals).max()
        return fitting.first { $0.method == method && literals($0) == most }
    }

    private func literals(_ operation: Operation) -> Int { operation.segments.count { !$0.hasPrefix("{") } }

    /// What of an answer is not as the document says.
    ///
    /// Answers that are not JSON, and those of paths that the document does not have, have no faults but of a problem document.
    package func faults(
        of body: [UInt8],
        status: Int,
        contentType: String?,
        to method: String,
        _ path: String
    ) -> [String] {
        let type = contentType?.split(separator: ";").first.map(String.init) ?? ""
        guard type == "application/json" || type.hasSuffix("+json"), !body.isEmpty else { return [] }
        let value: JSONValue
        do throws(JSONReadError) {
            value = try JSONValue(parsing: body)
        } catch {
            return ["is not JSON: \(error)"]
        }
        guard let operation = operation(method, path) else { return problemFaults(value, type) }
        guard operation.answers[String(status)] != nil else {
            return ["\(operation.id) is not said to answer \(status)"]
        }
        guard let schema = schemas[Self.key(operation, String(status), type)] else {
            return ["\(operation.id) is not said to answer \(status) with \(type)"]
        }
        var undocumented = Undocumented(components: components)
        undocumented.walk(value, operation.answers[String(status)]?[type] ?? [:], "")
        return schema.faults(of: value) + undocumented.found.sorted()
    }

    private func problemFaults(_ value: JSONValue, _ type: String) -> [String] {
        guard type == "application/problem+json" else { return [] }
        do {
            return try library.schema(["$ref": "#/components/schemas/Problem"]).faults(of: value)
        } catch {
            return ["\(error)"]
        }
    }
}

/// Finds members of an answer that the document does not have: a strict client, made from the document, would not know them.
///
/// An object whose schema names no members is free.
private struct Undocumented {
    let components: JSONValue
    private(set) var found: Set<String> = []

    init(components: JSONValue) { self.components = components }

    mutating func walk(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        switch value {
        case .array(let elements):
            let items = shapes(schema).compactMap { $0["items"] }
            guard !items.isEmpty else { return }
            for element in elements.prefix(50) { walk(element, ["anyOf": .array(items)], place + "/0") }
        case .object(let members):
            let shapes = shapes(schema)
            let named = shapes.compactMap { $0["properties"]?.objectValue }
            let others = shapes.compactMap { $0["additionalProperties"] }.filter { $0 != false }
            guard !named.isEmpty, !others.contains(true), !others.contains([:]) else {
                for (_, member) in members where !others.isEmpty {
                    walk(member, ["anyOf": .array(others)], place + "/*")
                }
                return
            }
            for (name, member) in members {
                let known = named.compactMap { $0[name] } + others
                if known.isEmpty {
                    found.insert("\(place)/\(name): is not in the document")
                } else {
                    walk(member, ["anyOf": .array(known)], place + "/" + name)
                }
            }
        default: return
        }
    }

    /// The schema and all that it is made of.
    private func shapes(_ schema: JSONValue, depth: Int = 0) -> [JSONValue] {
        guard depth < 20 else { return [] }
        var result = [schema]
        if let reference = schema["$ref"]?.stringValue {
            let target = reference.split(separator: "/").dropFirst(2).reduce(components) { $0[String($1)] ?? .null }
            result += shapes(target, depth: depth + 1)
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            result += (schema[word]?.arrayValue ?? []).flatMap { shapes($0, depth: depth + 1) }
        }
        return result
    }
}
