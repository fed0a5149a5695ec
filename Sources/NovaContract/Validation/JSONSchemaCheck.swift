/// One comparison of a value with a schema that is known to be sound.
struct JSONSchemaCheck {
    let root: JSONValue
    private(set) var faults: [String] = []
    /// Comparisons made; a schema that refers to itself in several places would have no end.
    private var steps = 0

    private static let maximumFaults = 20
    private static let maximumSteps = 100_000

    init(root: JSONValue) { self.root = root }

    private mutating func fail(_ pointer: JSONPointer, _ reason: String) {
        guard faults.count < Self.maximumFaults else { return }
        let place = pointer.description
        faults.append((place.isEmpty ? "the value" : place) + ": " + reason)
    }

    mutating func compare(_ value: JSONValue, _ schema: JSONValue, at pointer: JSONPointer, depth: Int) {
        steps += 1
        guard depth <= JSONSchema.maximumDepth, steps <= Self.maximumSteps else {
            return fail(pointer, "cannot be checked: the schema goes too deep")
        }
        if let allowed = schema.boolValue { return allowed ? () : fail(pointer, "is not allowed") }
        guard let members = schema.objectValue else { return }
        if let type = members["type"] {
            let names = (type.arrayValue ?? [type]).compactMap(\.stringValue)
            guard names.contains(where: { Self.isType(value, $0) }) else {
                return fail(pointer, "must be \(names.joined(separator: " or ")), not \(value.kindName)")
            }
        }
        if let allowed = members["enum"]?.arrayValue, !allowed.contains(value) {
            fail(pointer, "must be one of \(allowed.map(\.jsonString).joined(separator: ", "))")
        }
        if let only = members["const"], only != value { fail(pointer, "must be \(only.jsonString)") }
        if let name = members["$ref"]?.stringValue, let definition = JSONSchema.definition(name, root) {
            compare(value, definition, at: pointer, depth: depth + 1)
        }
        switch value {
        case .object(let given): compare(members: given, members, at: pointer, depth: depth)
        case .array(let given): compare(elements: given, members, at: pointer, depth: depth)
        case .string(let text): compare(text: text, members, at: pointer)
        case .integer, .number, .literal: value.doubleValue.map { compare(number: $0, members, at: pointer) }
        case .bool, .null: break
        }
        combine(value, members, at: pointer, depth: depth)
    }

    private mutating func compare(
        members given: JSONObject,
        _ schema: JSONObject,
        at pointer: JSONPointer,
        depth: Int
    ) {
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where given[name] == nil {
            fail(pointer.appending(name), "is required")
        }
        let properties = schema["properties"]?.objectValue ?? [:]
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            guard let inner = properties[name] ?? schema["additionalProperties"] else { continue }
            compare(value, inner, at: pointer.appending(name), depth: depth + 1)
        }
    }

    private mutating func compare(
        elements given: [JSONValue],
        _ schema: JSONObject,
        at pointer: JSONPointer,
        depth: Int
    ) {
        if let bound = schema["minItems"]?.intValue, given.count < bound {
            fail(pointer, "must have at least \(bound) elements, not \(given.count)")
        }
        if let bound = schema["maxItems"]?.intValue, given.count > bound {
            fail(pointer, "must have at most \(bound) elements, not \(given.count)")
        }
        if schema["uniqueItems"] == true, Set(given.map(\.jsonString)).count < given.count {
            fail(pointer, "must not have an element twice")
        }
        guard let items = schema["items"] else { return }
        for (index, value) in given.enumerated() {
            compare(value, items, at: pointer.appending(index), depth: depth + 1)
        }
    }

    private mutating func compare(text: String, _ schema: JSONObject, at pointer: JSONPointer) {
        // Characters as the specification counts them: Unicode scalars.
        let count = text.unicodeScalars.count
        if let bound = schema["minLength"]?.intValue, count < bound {
            fail(pointer, "must have at least \(bound) characters, not \(count)")
        }
        if let bound = schema["maxLength"]?.intValue, count > bound {
            fail(pointer, "must have at most \(bound) characters, not \(count)")
        }
    }

    private mutating func compare(number: Double, _ schema: JSONObject, at pointer: JSONPointer) {
        let bounds: [(name: String, holds: (Double, Double) -> Bool, text: String)] = [
            ("minimum", (>=), "at least"), ("maximum", (<=), "at most"),
            ("exclusiveMinimum", (>), "more than"), ("exclusiveMaximum", (<), "less than"),
        ]
        for (name, holds, text) in bounds {
            guard let bound = schema[name]?.doubleValue, !holds(number, bound) else { continue }
            fail(pointer, "must be \(text) \(JSONValue(bound).jsonString)")
        }
    }

    private mutating func combine(
        _ value: JSONValue,
        _ schema: JSONObject,
        at pointer: JSONPointer,
        depth: Int
    ) {
        for inner in schema["allOf"]?.arrayValue ?? [] { compare(value, inner, at: pointer, depth: depth + 1) }
        if let shapes = schema["anyOf"]?.arrayValue {
            let each = shapes.map { tried(value, $0, at: pointer, depth: depth) }
            if !each.contains(where: \.isEmpty) {
                fail(pointer, "must be one of \(shapes.count) shapes; of the first: \(each.first?.first ?? "none")")
            }
        }
        if let shapes = schema["oneOf"]?.arrayValue {
            let fitting = shapes.count { tried(value, $0, at: pointer, depth: depth).isEmpty }
            if fitting != 1 { fail(pointer, "must be exactly one of \(shapes.count) shapes, not \(fitting)") }
        }
        if let not = schema["not"], tried(value, not, at: pointer, depth: depth).isEmpty {
            fail(pointer, "must not be of this shape")
        }
    }

    /// The faults that one shape of several would have.
    private mutating func tried(
        _ value: JSONValue,
        _ schema: JSONValue,
        at pointer: JSONPointer,
        depth: Int
    ) -> [String] {
        let before = faults
        faults = []
        defer { faults = before }
        compare(value, schema, at: pointer, depth: depth + 1)
        return faults
    }

    private static func isType(_ value: JSONValue, _ name: String) -> Bool {
        switch (value, name) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"): true
        case (.integer, "number"), (.integer, "integer"), (.number, "number"), (.literal, "number"): true
        case (.literal(let text), "integer"): !text.contains { $0 == "." || $0 == "e" || $0 == "E" }
        // 3e30 is an integer.
        case (.number(let number), "integer"): number.rounded() == number
        default: false
        }
    }
}
