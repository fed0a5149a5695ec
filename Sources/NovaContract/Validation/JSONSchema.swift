/// A JSON Schema (draft 2020-12) in the part of it that models are asked to keep to.
///
/// Assertions: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`,
/// `uniqueItems`, `minLength`, `maxLength`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `anyOf`, `oneOf`,
/// `allOf`, `not`, and `$ref` to `#/$defs/NAME`. A schema that asserts something else is refused, never half checked:
/// `pattern`, for one, could take exponential time. What only describes (`title`, `format`, …) is let through.
///
/// A client's schema is bounded in bytes, subschemas and names, so that reading it takes a time that its length bounds, and
/// the work of checking a value is bounded too (`JSONSchemaCheck`).
package struct JSONSchema: Sendable, Equatable {
    package let json: JSONValue

    /// Subschemas inside one another, references included; deeper values do not fit.
    static let maximumDepth = 64
    /// Bytes of a client's schema, as JSON.
    package static let maximumBytes = 65_536
    /// Schemas inside a client's schema, itself included.
    package static let maximumSchemas = 2_000
    /// Elements of `enum`, and names in `required`.
    package static let maximumChoices = 1_000
    /// Schemas in one `anyOf`, `oneOf` or `allOf`.
    package static let maximumShapes = 100

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

    /// Reads a schema; what cannot be checked, or is more than a client may ask for, is a fault at its place.
    package init?(_ json: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        let before = validator.faultCount
        if validator.source == .request {
            let bytes = json.jsonBytes.count
            guard bytes <= Self.maximumBytes else {
                validator.fail(pointer, "must have at most \(Self.maximumBytes) bytes as JSON, not \(bytes)")
                return nil
            }
        }
        var reading = Reading(root: json)
        reading.check(json, at: pointer, depth: 0, &validator)
        guard validator.faultCount == before else { return nil }
        self.json = json
    }

    // MARK: - The schema itself

    /// Looks at each subschema once.
    private struct Reading {
        let root: JSONValue
        private var schemas = 0

        init(root: JSONValue) { self.root = root }

        mutating func check(_ schema: JSONValue, at pointer: JSONPointer, depth: Int, _ validator: inout Validator) {
            guard depth <= maximumDepth else {
                return validator.fail(pointer, "is nested deeper than \(maximumDepth) schemas")
            }
            schemas += 1
            if validator.source == .request, schemas > maximumSchemas {
                // Once: all that follow are too many as well.
                if schemas == maximumSchemas + 1 {
                    validator.fail(pointer, "is one more than \(maximumSchemas) schemas")
                }
                return
            }
            if schema.boolValue != nil { return }
            guard case .object(let members) = schema else {
                return validator.fail(pointer, "must be a schema: an object, true or false, not \(schema.kindName)")
            }
            for name in members.keys.sorted() where !descriptions.contains(name) && !assertions.contains(name) {
                validator.fail(pointer.appending(name), "cannot be checked: leave it out, or say it in a description")
            }
            checkAssertions(members, at: pointer, &validator)
            checkInner(members, at: pointer, depth: depth, &validator)
        }

        private func checkAssertions(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
            let named = members["type"]?.arrayValue ?? members["type"].map { [$0] } ?? []
            for name in named where !(name.stringValue.map(types.contains) ?? false) {
                validator.fail(
                    pointer.appending("type"),
                    "must name types of JSON: \(types.sorted().joined(separator: ", "))"
                )
            }
            let required = validator.strings(members["required"], pointer.appending("required"), length: 0...10_000)
            bound(required?.count, maximumChoices, "names", pointer.appending("required"), &validator)
            let choices = validator.array(members["enum"], pointer.appending("enum"))
            bound(choices?.count, maximumChoices, "values", pointer.appending("enum"), &validator)
            for name in ["minItems", "maxItems", "minLength", "maxLength"] {
                _ = validator.integer(members[name], pointer.appending(name), in: 0...Int(Int32.max))
            }
            for name in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
                _ = validator.number(members[name], pointer.appending(name))
            }
            _ = validator.boolean(members["uniqueItems"], pointer.appending("uniqueItems"))
            if let reference = validator.string(members["$ref"], pointer.appending("$ref")),
                definition(reference, root) == nil
            {
                validator.fail(pointer.appending("$ref"), "must name one of this schema's $defs, as #/$defs/NAME")
            }
        }

        private mutating func checkInner(
            _ members: JSONObject,
            at pointer: JSONPointer,
            depth: Int,
            _ validator: inout Validator
        ) {
            for name in ["additionalProperties", "items", "not"] {
                if let inner = members[name] {
                    check(inner, at: pointer.appending(name), depth: depth + 1, &validator)
                }
            }
            for name in ["anyOf", "oneOf", "allOf"] {
                guard let shapes = validator.array(members[name], pointer.appending(name)) else { continue }
                bound(shapes.count, maximumShapes, "schemas", pointer.appending(name), &validator)
                for (index, inner) in shapes.enumerated() {
                    check(inner, at: pointer.appending(name).appending(index), depth: depth + 1, &validator)
                }
            }
            for name in ["properties", "$defs"] {
                for (property, inner) in validator.object(members[name], pointer.appending(name))?.sortedMembers ?? [] {
                    let place = pointer.appending(name).appending(property)
                    bound(property.utf8.count, EntityID.maximumBytes, "bytes in its name", place, &validator)
                    check(inner, at: place, depth: depth + 1, &validator)
                }
            }
        }

        private func bound(
            _ count: Int?,
            _ bound: Int,
            _ what: String,
            _ pointer: JSONPointer,
            _ validator: inout Validator
        ) {
            guard validator.source == .request, let count, count > bound else { return }
            validator.fail(pointer, "must have at most \(bound) \(what), not \(count)")
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
