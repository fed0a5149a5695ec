import Foundation
package import NovaContract

/// A JSON value, as requests send it and answers have it.
///
/// Written as a literal and read by name and place; both give nil, and never trap, where there is no such member:
///
/// ```swift
/// let task: JSON = ["type": "echo", "parameters": ["n": 1], "priority": 3]
/// task["parameters"]?["n"]?.int      // 1
/// task["tags"]?[0]?.string           // nil
/// ```
///
/// Whole numbers of 64 bits and the digits of longer ones are kept as they are written. Use ``decode(_:)`` and
/// ``init(encoding:)`` for types of your own.
public struct JSON: Sendable, Equatable {
    /// The value as Nova's own code has it.
    package let value: JSONValue

    /// Makes it of Nova's own value.
    package init(_ value: JSONValue) { self.value = value }

    /// The value `null`.
    public static let null = JSON(JSONValue.null)

    /// Reads one JSON text of UTF-8, nested at most 200 deep.
    ///
    /// - Throws: ``NovaClientError/invalidJSON(_:)``.
    public init(parsing bytes: some Sequence<UInt8>) throws(NovaClientError) {
        do throws(JSONReadError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .invalidJSON(error.description)
        }
    }

    /// What a value encodes as, by Foundation's `JSONEncoder` with dates as RFC 3339.
    ///
    /// - Throws: `EncodingError`.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try self.init(parsing: encoder.encode(value))
    }

    /// Reads a type of your own, by Foundation's `JSONDecoder`; the names of members are taken as they are.
    ///
    /// - Throws: `DecodingError`.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: Data(value.jsonBytes))
    }

    /// The value as compact JSON, members sorted by name.
    public var bytes: [UInt8] { value.jsonBytes }
}

extension JSON: CustomStringConvertible {
    /// The value as compact JSON, members sorted by name.
    public var description: String { value.jsonString }
}

// MARK: - Reading

extension JSON {
    /// The member of an object; nil where this is no object or has no such member.
    public subscript(name: String) -> JSON? { value[name].map { JSON($0) } }

    /// The element of an array, from 0; nil where this is no array or has not so many.
    public subscript(index: Int) -> JSON? {
        guard let elements = value.arrayValue, elements.indices.contains(index) else { return nil }
        return JSON(elements[index])
    }

    /// The text; nil for anything but a string.
    public var string: String? { value.stringValue }
    /// The whole number; nil for anything else, and beyond 64 bits.
    public var int: Int? { value.intValue }
    /// The number, rounded to a `Double`; nil for anything but a number.
    public var double: Double? { value.doubleValue }
    /// The truth value; nil for anything but `true` and `false`.
    public var bool: Bool? { value.boolValue }
    /// The elements; nil for anything but an array.
    public var array: [JSON]? { value.arrayValue.map { $0.map { JSON($0) } } }
    /// The members; nil for anything but an object.
    public var object: [String: JSON]? { value.objectValue?.dictionary { JSON($0) } }
    /// Whether it is `null`.
    public var isNull: Bool { value == .null }
}

// MARK: - Making

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral,
    ExpressibleByStringInterpolation
{
    /// A string.
    public init(stringLiteral value: String) { self.init(JSONValue.string(value)) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self.init(JSONValue.integer(value)) }
    /// A number; NaN and infinities are sent as `null`.
    public init(floatLiteral value: Double) { self.init(JSONValue.number(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self.init(JSONValue.bool(value)) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self.init(elements) }
    /// An object; of members with the same name the last one counts.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(JSONValue.object(JSONObject(elements.map { ($0, $1.value) })))
    }
    /// The value `null`.
    public init(nilLiteral: ()) { self = .null }

    /// A string.
    public init(_ text: String) { self.init(JSONValue.string(text)) }
    /// A whole number.
    public init(_ number: Int) { self.init(JSONValue(number)) }
    /// A number; NaN and infinities are sent as `null`.
    public init(_ number: Double) { self.init(JSONValue(number)) }
    /// A truth value.
    public init(_ flag: Bool) { self.init(JSONValue.bool(flag)) }
    /// An array.
    public init(_ elements: [JSON]) { self.init(JSONValue.array(elements.map(\.value))) }
    /// An object.
    public init(_ members: [String: JSON]) { self.init(JSONValue.object(JSONObject(members.mapValues(\.value)))) }
}
