/// Any JSON value, as clients send it and as results are answered.
///
/// Numbers are kept apart as `integer` and `number` so that `1` is written back as `1`, never as `1.0`, and as `literal` where
/// neither would give them back as they were written. Objects do not keep the order of their members.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// A number with more digits than 64 bits hold, as it was written: 18446744073709551615.
    case literal(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// An object with the members of a dictionary.
    package static func object(_ members: [String: JSONValue]) -> JSONValue { .object(JSONObject(members)) }
}

extension JSONValue: Equatable {
    /// Texts are equal where their bytes are: `String` would take composed and decomposed letters for the same.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.literal(let left), .literal(let right)): left.hasSameBytes(as: right)
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONValue {
    /// The member of an object, or nil where this is no object or has no such member.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number, whichever way it was written; of a `literal` the nearest that there is.
    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .literal(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// The number where it is a whole one that fits.
    package var intValue: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var arrayValue: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var objectValue: JSONObject? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// What a person calls this kind of value, for error messages.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number, .literal: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
    package init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    package init(_ value: String) { self = .string(value) }
    package init(_ value: Int) { self = .integer(Int64(value)) }
    package init(_ value: Int64) { self = .integer(value) }
    /// What was computed has no negative zero, which nobody would expect in a figure.
    package init(_ value: Double) { self = .number(value + 0) }
    package init(_ value: Double?) { self = value.map { JSONValue($0) } ?? .null }
    package init(_ value: Bool) { self = .bool(value) }
    package init(_ values: [String]) { self = .array(values.map(JSONValue.string)) }
    package init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
}
