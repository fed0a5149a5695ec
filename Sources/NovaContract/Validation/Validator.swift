/// Reads typed values out of a JSON document and collects everything that is wrong with it, each by JSON Pointer.
///
/// Readers return nil where the value is absent or wrong; the caller goes on, so that one answer names all bad
/// fields. `finish()` throws once, at the end.
package struct Validator {
    /// How many faults one answer names; the rest is counted in the last one.
    package static let maximumDetails = 50

    package private(set) var details: [NovaError.Detail] = []
    private var omitted = 0

    package init() {}

    package mutating func fail(_ pointer: JSONPointer, _ message: String) {
        if details.count < Self.maximumDetails {
            details.append(.init(pointer, message))
        } else {
            omitted += 1
        }
    }

    /// Throws `VALIDATION_ERROR` with all that was collected, if anything was.
    package func finish() throws(NovaError) {
        guard let first = details.first else { return }
        var named = details
        if omitted > 0 { named.append(.init(.root, "and \(omitted) more")) }
        let place = first.pointer.description.isEmpty ? "" : "\(first.pointer): "
        let more = details.count + omitted - 1
        let message = place + first.message + (more > 0 ? " (and \(more) more)" : "")
        throw NovaError(.validationError, message, details: named)
    }
}

// MARK: - Readers

extension Validator {
    package mutating func object(_ value: JSONValue?, _ pointer: JSONPointer) -> [String: JSONValue]? {
        switch value {
        case .object(let members): return members
        case nil, .null: return nil
        case .some(let other):
            fail(pointer, "must be an object, not \(other.kindName)")
            return nil
        }
    }

    package mutating func array(_ value: JSONValue?, _ pointer: JSONPointer) -> [JSONValue]? {
        switch value {
        case .array(let elements): return elements
        case nil, .null: return nil
        case .some(let other):
            fail(pointer, "must be an array, not \(other.kindName)")
            return nil
        }
    }

    package mutating func string(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        length: ClosedRange<Int> = 1...1_000
    ) -> String? {
        switch value {
        case .string(let text):
            guard length.contains(text.utf8.count) else {
                fail(pointer, "must have \(length.lowerBound) to \(length.upperBound) bytes, not \(text.utf8.count)")
                return nil
            }
            return text
        case nil, .null: return nil
        case .some(let other):
            fail(pointer, "must be a string, not \(other.kindName)")
            return nil
        }
    }

    package mutating func number(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) -> Double? {
        switch value {
        case nil, .null: return nil
        case .some(let some):
            guard let number = some.doubleValue else {
                fail(pointer, "must be a number, not \(some.kindName)")
                return nil
            }
            guard range.contains(number) else {
                fail(pointer, Self.outOfRange(number, range))
                return nil
            }
            return number
        }
    }

    private static func outOfRange(_ number: Double, _ range: ClosedRange<Double>) -> String {
        let given = JSONValue(number).jsonString
        if range.upperBound == .greatestFiniteMagnitude {
            return "must be at least \(JSONValue(range.lowerBound).jsonString), not \(given)"
        }
        let bounds = "\(JSONValue(range.lowerBound).jsonString) to \(JSONValue(range.upperBound).jsonString)"
        return "must be in \(bounds), not \(given)"
    }

    package mutating func integer(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        in range: ClosedRange<Int>
    ) -> Int? {
        switch value {
        case nil, .null: return nil
        case .some(let some):
            guard let number = some.intValue, range.contains(number) else {
                fail(pointer, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return number
        }
    }

    package mutating func boolean(_ value: JSONValue?, _ pointer: JSONPointer) -> Bool? {
        switch value {
        case .bool(let flag): return flag
        case nil, .null: return nil
        case .some(let other):
            fail(pointer, "must be true or false, not \(other.kindName)")
            return nil
        }
    }

    /// One of the words of `type`.
    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ type: Choice.Type
    ) -> Choice? {
        guard let text = string(value, pointer) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            fail(pointer, "must be one of \(names), not \"\(text)\"")
            return nil
        }
        return choice
    }

    /// An object of numbers, each within `range`.
    package mutating func numbers(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        in range: ClosedRange<Double>
    ) -> [String: Double]? {
        guard let members = object(value, pointer) else { return nil }
        var numbers: [String: Double] = [:]
        for (name, member) in members {
            numbers[name] = required(member, pointer.appending(name)) { $0.number($1, $2, in: range) }
        }
        return numbers
    }

    /// An array of strings, each within `length`.
    package mutating func strings(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        length: ClosedRange<Int> = 1...200
    ) -> [String]? {
        guard let elements = array(value, pointer) else { return nil }
        return elements.enumerated().compactMap { index, element in
            guard let text = string(element, pointer.appending(index), length: length) else {
                if element == .null { fail(pointer.appending(index), "must be a string, not null") }
                return nil
            }
            return text
        }
    }

    /// What `read` gave, or a fault "is required" where the member is missing.
    package mutating func required<Value>(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ read: (inout Validator, JSONValue?, JSONPointer) -> Value?
    ) -> Value? {
        guard let value, value != .null else {
            fail(pointer, "is required")
            return nil
        }
        return read(&self, value, pointer)
    }
}
