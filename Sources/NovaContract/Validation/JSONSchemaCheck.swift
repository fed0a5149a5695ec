/// One comparison of a value with a schema that is known to be sound.
///
/// Its work is bounded (`maximumWork`), whatever schema and value are: a schema that refers to itself in several places would
/// have no end, and an `enum` of long lists costs its length at each element of a long value. What is beyond the bound does
/// not fit.
struct JSONSchemaCheck {
    private let root: JSONValue
    /// As texts; those of shapes that are only tried are not kept.
    private var found: [String] = []
    /// Whether the shape that is tried has a fault; nil: none is tried, and faults are told.
    private var trial: Bool?
    /// Why the check was given up.
    private var surrender: String?
    private var work = 0

    private static let maximumFaults = 20
    /// Comparisons of a value with a schema, and each piece of a value or a list that one looks at.
    static let maximumWork = 1_000_000
    /// Bytes of values that a fault shows.
    private static let maximumShown = 300

    init(root: JSONValue) { self.root = root }

    /// Each as `POINTER: reason`.
    var faults: [String] { surrender.map { found + [$0] } ?? found }

    private mutating func fail(_ pointer: JSONPointer, _ reason: @autoclosure () -> String) {
        // Whatever is found after the check was given up may not be so.
        guard surrender == nil else { return }
        if trial != nil {
            trial = true
        } else if found.count < Self.maximumFaults {
            let place = pointer.description
            found.append((place.isEmpty ? "the value" : place) + ": " + reason().cut(toBytes: 600))
        }
    }

    /// Whether nothing that follows can change the end.
    private var isOver: Bool { surrender != nil || trial == true || found.count >= Self.maximumFaults }

    /// Takes note of work; false: there was too much of it.
    private mutating func spend(_ amount: Int) -> Bool {
        // A value and a schema are in memory: no amount comes near the greatest number.
        work += min(amount, Self.maximumWork)
        if work > Self.maximumWork { giveUp("it takes too much work") }
        return surrender == nil
    }

    private mutating func giveUp(_ why: String) {
        surrender = surrender ?? "the value: cannot be checked: \(why)"
    }

    // MARK: - Comparing

    mutating func compare(_ value: JSONValue, _ schema: JSONValue, at pointer: JSONPointer, depth: Int) {
        guard !isOver, spend(1) else { return }
        guard depth <= JSONSchema.maximumDepth else { return giveUp("the schema goes too deep") }
        if let allowed = schema.boolValue { return allowed ? () : fail(pointer, "is not allowed") }
        guard let members = schema.objectValue else { return }
        if let type = members["type"] {
            let names = (type.arrayValue ?? [type]).compactMap(\.stringValue)
            guard names.contains(where: { Self.isType(value, $0) }) else {
                return fail(pointer, "must be \(names.joined(separator: " or ")), not \(value.kindName)")
            }
        }
        compareWhole(value, members, at: pointer)
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

    /// `enum` and `const`: one look at the value for each that it is compared with.
    private mutating func compareWhole(_ value: JSONValue, _ schema: JSONObject, at pointer: JSONPointer) {
        let (allowed, only) = (schema["enum"]?.arrayValue, schema["const"])
        guard allowed != nil || only != nil, let weight = weigh(value) else { return }
        let (looks, isTooMuch) = weight.multipliedReportingOverflow(by: (allowed?.count ?? 0) + (only == nil ? 0 : 1))
        guard spend(isTooMuch ? .max : looks) else { return }
        if let allowed, !allowed.contains(value) {
            fail(pointer, "must be one of \(Self.shown(allowed))")
        }
        if let only, only != value { fail(pointer, "must be \(only.jsonString.cut(toBytes: Self.maximumShown))") }
    }

    private static func shown(_ values: [JSONValue]) -> String {
        values.prefix(20).map(\.jsonString).joined(separator: ", ").cut(toBytes: maximumShown)
    }

    private mutating func compare(
        members given: JSONObject,
        _ schema: JSONObject,
        at pointer: JSONPointer,
        depth: Int
    ) {
        let required = schema["required"]?.arrayValue ?? []
        guard spend(required.count) else { return }
        for name in required.compactMap(\.stringValue) where given[name] == nil {
            fail(pointer.appending(name), "is required")
        }
        let properties = schema["properties"]?.objectValue ?? [:]
        let additional = schema["additionalProperties"]
        guard additional != nil || !properties.isEmpty, spend(given.count) else { return }
        for (name, value) in given.sortedMembers {
            guard let inner = properties[name] ?? additional else { continue }
            compare(value, inner, at: pointer.appending(name), depth: depth + 1)
            if isOver { return }
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
        if schema["uniqueItems"] == true {
            guard let weight = weigh(.array(given)), spend(weight) else { return }
            // As bytes: letters that only look the same are not.
            if Set(given.map(\.jsonBytes)).count < given.count { fail(pointer, "must not have an element twice") }
        }
        guard let items = schema["items"] else { return }
        for (index, value) in given.enumerated() {
            compare(value, items, at: pointer.appending(index), depth: depth + 1)
            if isOver { return }
        }
    }

    private mutating func compare(text: String, _ schema: JSONObject, at pointer: JSONPointer) {
        let (least, most) = (schema["minLength"]?.intValue, schema["maxLength"]?.intValue)
        guard least != nil || most != nil, spend(text.utf8.count / Self.bytesOfWork) else { return }
        // Characters as the specification counts them: Unicode scalars.
        let count = text.unicodeScalars.count
        if let least, count < least { fail(pointer, "must have at least \(least) characters, not \(count)") }
        if let most, count > most { fail(pointer, "must have at most \(most) characters, not \(count)") }
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
        if let shapes = schema["anyOf"]?.arrayValue,
            !shapes.contains(where: { fits(value, $0, at: pointer, depth: depth) })
        {
            let first = shapes.first.flatMap { fault(of: value, $0, at: pointer, depth: depth) }
            fail(pointer, "must be one of \(shapes.count) shapes; of the first: \(first ?? "none")")
        }
        if let shapes = schema["oneOf"]?.arrayValue {
            let fitting = shapes.count { fits(value, $0, at: pointer, depth: depth) }
            if fitting != 1 { fail(pointer, "must be exactly one of \(shapes.count) shapes, not \(fitting)") }
        }
        if let not = schema["not"], fits(value, not, at: pointer, depth: depth) {
            fail(pointer, "must not be of this shape")
        }
    }

    /// Whether a value has one shape of several; the first fault ends it, and where the check is given up the end says so.
    private mutating func fits(_ value: JSONValue, _ schema: JSONValue, at pointer: JSONPointer, depth: Int) -> Bool {
        let before = trial
        trial = false
        defer { trial = before }
        compare(value, schema, at: pointer, depth: depth + 1)
        return trial == false
    }

    /// The first fault that one shape of several has, where faults are told.
    private mutating func fault(of value: JSONValue, _ schema: JSONValue, at pointer: JSONPointer, depth: Int)
        -> String?
    {
        guard trial == nil, surrender == nil else { return nil }
        let before = found
        found = []
        defer { found = before }
        compare(value, schema, at: pointer, depth: depth + 1)
        return found.first
    }

    // MARK: - Values

    /// Bytes of a text that cost as much as a comparison.
    private static let bytesOfWork = 64

    /// What one look at a value costs; nil: more than may be spent, which is spent then.
    private mutating func weigh(_ value: JSONValue) -> Int? {
        var weight = 0
        // Not by recursion over a closure: a list of what is still to be weighed.
        var open = [value]
        while let next = open.popLast() {
            weight += 1
            switch next {
            case .array(let elements): open += elements
            case .object(let members):
                for (name, value) in members {
                    weight += name.utf8.count / Self.bytesOfWork
                    open.append(value)
                }
            case .string(let text): weight += text.utf8.count / Self.bytesOfWork
            case .literal(let text): weight += text.utf8.count / Self.bytesOfWork
            case .null, .bool, .integer, .number: break
            }
            if work + weight > Self.maximumWork {
                _ = spend(Self.maximumWork)
                return nil
            }
        }
        return spend(weight) ? weight : nil
    }

    private static func isType(_ value: JSONValue, _ name: String) -> Bool {
        switch (value, name) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"): true
        case (.integer, "number"), (.integer, "integer"), (.number, "number"), (.literal, "number"): true
        // 3e30 is an integer.
        case (.number(let number), "integer"): number.rounded() == number
        case (.literal, "integer"): value.doubleValue.map { $0.rounded() == $0 } ?? false
        default: false
        }
    }
}
