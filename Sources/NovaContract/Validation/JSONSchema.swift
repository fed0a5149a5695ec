/// A JSON Schema (draft 2020-12) in the part of it that models are asked to keep to.
///
/// Assertions: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`,
/// `uniqueItems`, `minLength`, `maxLength`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `anyOf`, `oneOf`,
/// `allOf`, `not`, and `$ref` to `#/$defs/NAME`. A schema that asserts something else is refused, never half checked:
/// `pattern`, for one, could take exponential time. What only describes (`title`, `format`, …) is let through.
package struct JSONSchema: Sendable, Equatable {
    package let json: JSONValue

    /// Subschemas inside one another, references included; deeper values do not fit.
    static let maximumDepth = 64

    private static let descriptions: Set<String> = [
        "title", "description", "default", "examples", "format", "$schema", "$id", "$comment", "deprecated", "readOnly",
        "writeOnly", "$defs", "strict",
    ]
    private static let assertions: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "uniqueItems", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf",
        "oneOf", "allOf", "not", "$ref",
    ]
    private static let types: Set<String> = ["object", "array", "string", "number", "integer", "boolean", "null"]

    /// Reads a schema; what cannot be checked is a fault at its place.
    package init?(_ json: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        let before = validator.details.count
        Self.check(json, root: json, at: pointer, depth: 0, &validator)
        guard validator.details.count == before else { return nil }
        self.json = json
    }

    // MARK: - The schema itself

    private static func check(
        _ schema: JSONValue,
        root: JSONValue,
        at pointer: JSONPointer,
        depth: Int,
        _ validator: inout Validator
    ) {
        guard depth <= maximumDepth else {
            return validator.fail(pointer, "is nested deeper than \(maximumDepth) schemas")
        }
        if schema.boolValue != nil { return }
        guard case .object(let members) = schema else {
            return validator.fail(pointer, "must be a schema: an object, true or false, not \(schema.kindName)")
        }
        for name in members.keys.sorted() where !descriptions.contains(name) && !assertions.contains(name) {
            validator.fail(pointer.appending(name), "cannot be checked: leave it out, or say it in a description")
        }
        let named = members["type"]?.arrayValue ?? members["type"].map { [$0] } ?? []
        for name in named where !(name.stringValue.map(types.contains) ?? false) {
            validator.fail(
                pointer.appending("type"),
                "must name types of JSON: \(types.sorted().joined(separator: ", "))"
            )
        }
        _ = validator.strings(members["required"], pointer.appending("required"), length: 0...10_000)
        _ = validator.array(members["enum"], pointer.appending("enum"))
        for name in ["minItems", "maxItems", "minLength", "maxLength"] {
            _ = validator.integer(members[name], pointer.appending(name), in: 0...Int(Int32.max))
        }
        for name in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
            _ = validator.number(members[name], pointer.appending(name))
        }
        if let reference = validator.string(members["$ref"], pointer.appending("$ref")),
            definition(reference, root) == nil
        {
            validator.fail(pointer.appending("$ref"), "must name one of this schema's $defs, as #/$defs/NAME")
        }
        for name in ["additionalProperties", "items", "not"] {
            if let inner = members[name] {
                check(inner, root: root, at: pointer.appending(name), depth: depth + 1, &validator)
            }
        }
        for name in ["anyOf", "oneOf", "allOf"] {
            for (index, inner) in (validator.array(members[name], pointer.appending(name)) ?? []).enumerated() {
                let place = pointer.appending(name).appending(index)
                check(inner, root: root, at: place, depth: depth + 1, &validator)
            }
        }
        for name in ["properties", "$defs"] {
            for (property, inner) in validator.object(members[name], pointer.appending(name)) ?? [:] {
                let place = pointer.appending(name).appending(property)
                check(inner, root: root, at: place, depth: depth + 1, &validator)
            }
        }
    }

    static func definition(_ reference: String, _ root: JSONValue) -> JSONValue? {
        let start = "#/$defs/"
        guard reference.hasPrefix(start) else { return nil }
        return root["$defs"]?[String(reference.dropFirst(start.count))]
    }

    // MARK: - Values

    /// What is wrong with a value, each as `POINTER: reason`; empty: it is what the schema asks for.
    package func faults(of value: JSONValue) -> [String] {
        var check = JSONSchemaCheck(root: json)
        check.compare(value, json, at: .root, depth: 0)
        return check.faults
    }
}
