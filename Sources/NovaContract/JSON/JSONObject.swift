/// The members of a JSON object: a dictionary whose names are compared byte for byte.
///
/// Swift's `String` takes the letter "é" and the pair "e" with its accent for equal; JSON does not, and a client that sends
/// both members gets both back. The order in which members were written is not kept.
package struct JSONObject: Sendable, Equatable {
    /// A member's name, equal to another only if its UTF-8 is.
    private struct Name: Sendable, Hashable {
        let text: String

        static func == (left: Name, right: Name) -> Bool { left.text.hasSameBytes(as: right.text) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private var members: [Name: JSONValue]

    package init() { members = [:] }

    package init(minimumCapacity: Int) { members = Dictionary(minimumCapacity: minimumCapacity) }

    package init(_ dictionary: [String: JSONValue]) {
        self.init(minimumCapacity: dictionary.count)
        for (name, value) in dictionary { self[name] = value }
    }

    /// Of pairs with the same name the last one counts.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        self.init()
        for (name, value) in pairs { self[name] = value }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    /// The names, in no order.
    package var keys: [String] { members.keys.map(\.text) }
    /// The values, in no order.
    package var values: [JSONValue] { Array(members.values) }

    package subscript(name: String) -> JSONValue? {
        get { members[Name(text: name)] }
        set { members[Name(text: name)] = newValue }
    }

    /// Sets a member and gives the value it had.
    package mutating func updateValue(_ value: JSONValue, forKey name: String) -> JSONValue? {
        members.updateValue(value, forKey: Name(text: name))
    }

    @discardableResult
    package mutating func removeValue(forKey name: String) -> JSONValue? {
        members.removeValue(forKey: Name(text: name))
    }

    package func mapValues<Failure>(_ transform: (JSONValue) throws(Failure) -> JSONValue) throws(Failure) -> JSONObject
    {
        var result = JSONObject(minimumCapacity: count)
        for (name, value) in members { result.members[name] = try transform(value) }
        return result
    }

    /// What is made of each member, by name, where something is; of names that `String` takes for equal one counts.
    package func dictionary<Value>(_ transform: (JSONValue) throws -> Value?) rethrows -> [String: Value] {
        var result: [String: Value] = [:]
        for (name, value) in members { result[name.text] = try transform(value) }
        return result
    }

    package func filter(_ isIncluded: (Element) throws -> Bool) rethrows -> JSONObject {
        var result = JSONObject()
        for (name, value) in members where try isIncluded((name.text, value)) { result.members[name] = value }
        return result
    }

    package mutating func merge(_ other: JSONObject, uniquingKeysWith combine: (JSONValue, JSONValue) -> JSONValue) {
        members.merge(other.members, uniquingKeysWith: combine)
    }

    package func merging(_ other: JSONObject, uniquingKeysWith combine: (JSONValue, JSONValue) -> JSONValue)
        -> JSONObject
    {
        var result = self
        result.merge(other, uniquingKeysWith: combine)
        return result
    }

    /// The members in the order of their names' bytes: the same for equal objects.
    package var sortedMembers: [Element] {
        map { $0 }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension JSONObject: Sequence {
    package typealias Element = (key: String, value: JSONValue)

    package func makeIterator() -> AnyIterator<Element> {
        var iterator = members.makeIterator()
        return AnyIterator { iterator.next().map { ($0.key.text, $0.value) } }
    }

    package var underestimatedCount: Int { count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension String {
    /// Whether both are the same UTF-8, which is more than being equal.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
