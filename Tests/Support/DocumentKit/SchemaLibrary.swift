package import NovaContract

/// The schemas of a document's components, as the project's own check of JSON Schema reads them.
package struct SchemaLibrary: Sendable {
    private let definitions: JSONValue

    /// - Parameter document: OpenAPI 3.1 or AsyncAPI 3; its schemas refer to `#/components/schemas/NAME`.
    package init(document: JSONValue) {
        definitions = Self.checkable(document["components"]?["schemas"] ?? [:])
    }

    /// A schema of the document, with which values can be compared.
    ///
    /// - Throws: `SchemaFault` where it is none, or refers to what is not there.
    package func schema(_ json: JSONValue) throws -> JSONSchema {
        var members = Self.checkable(json).objectValue ?? [:]
        members["$defs"] = definitions
        var validator = Validator()
        guard let schema = JSONSchema(.object(members), at: .root, &validator) else {
            throw SchemaFault(
                description: validator.details.map { "\($0.pointer) \($0.message)" }.joined(separator: "; ")
            )
        }
        return schema
    }

    /// References to `$defs`, and without what the check leaves aside: it never asserts less than the document, but for these.
    private static func checkable(_ json: JSONValue) -> JSONValue {
        switch json {
        case .array(let elements): return .array(elements.map(checkable))
        case .object(let members):
            var result = JSONObject()
            for (name, value) in members {
                switch (name, value) {
                case ("$ref", .string(let reference)):
                    result[name] = .string(reference.replacing("#/components/schemas/", with: "#/$defs/"))
                case ("properties", .object(let properties)): result[name] = .object(properties.mapValues(checkable))
                case ("pattern", .string), ("patternProperties", _), ("minProperties", _), ("maxProperties", _),
                    ("propertyNames", _),
                    ("externalDocs", _), ("contentMediaType", _):
                    continue
                case ("enum", _), ("const", _), ("example", _), ("examples", _), ("default", _):
                    if name != "example" { result[name] = value }
                // What a pattern allows is not known here.
                case ("additionalProperties", .bool) where members["patternProperties"] != nil: continue
                default: result[name] = checkable(value)
                }
            }
            return .object(result)
        default: return json
        }
    }

    package struct SchemaFault: Error, CustomStringConvertible { package let description: String }
}
