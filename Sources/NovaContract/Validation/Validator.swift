/// Reads typed values out of a JSON document and collects everything that is wrong with it, each by JSON Pointer.
///
/// Readers return nil where the value is absent or wrong; the caller goes on, so that one answer names all bad
/// fields. `finish()` throws once, at the end.
package struct Validator {
    /// Who wrote the document: what a Nova wrote into Kafka or Redis, perhaps a newer one, is read leniently.
    package typealias Source = JSONValue.Source

    /// How many faults one answer names; the rest is counted in the last one.
    package static let maximumDetails = 50
    /// Bytes of JSON that all faults of one answer may have; the rest is counted as well.
    static let maximumDetailBytes = 16_384
    /// Bytes that are shown of one fault.
    static let maximumMessageBytes = 600

    package let source: Source
    package private(set) var details: [NovaError.Detail] = []
    /// What was not understood and is passed over all the same, as older clients expect it.
    package private(set) var warnings: [NovaError.Detail] = []
    private var omitted = 0
    private var bytes = 0

    package init(_ source: Source = .record) { self.source = source }

    /// How many faults there are, the omitted ones too.
    package var faultCount: Int { details.count + omitted }

    package mutating func fail(_ pointer: JSONPointer, _ message: String) {
        guard details.count < Self.maximumDetails, bytes < Self.maximumDetailBytes else {
            omitted += 1
            return
        }
        let detail = NovaError.Detail(pointer, message.cut(toBytes: Self.maximumMessageBytes))
        bytes += JSONValue(pointer.description).jsonBytes.count + JSONValue(detail.message).jsonBytes.count
        details.append(detail)
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

// MARK: - Members, ids and names

extension Validator {
    /// Refuses members of a client's object that are not among `names`, and says what may have been meant.
    ///
    /// Members that begin with `x-` are the client's own. In what a Nova wrote nothing is refused.
    package mutating func known(_ members: JSONObject, _ names: [String], at pointer: JSONPointer) {
        guard source == .request else { return }
        for name in unknown(members, names) {
            fail(pointer.appending(name), faultCount < Self.maximumDetails ? Self.notKnown(name, names) : "")
        }
    }

    /// Looks at an object that was free for older clients: what is within two letters of a known name is refused, all else that
    /// is not known goes to `warnings`.
    package mutating func understood(_ members: JSONObject, _ names: [String], at pointer: JSONPointer) {
        for name in unknown(members, names) {
            if let meant = faultCount < Self.maximumDetails ? DidYouMean.isNear(name, names) : nil {
                if source == .request { fail(pointer.appending(name), "is not known; did you mean \"\(meant)\"?") }
            } else if warnings.count < Self.maximumDetails {
                warnings.append(.init(pointer.appending(name), "was not understood and is passed over"))
            }
        }
    }

    /// Sorted, so that the same request has the same answer.
    private func unknown(_ members: JSONObject, _ names: [String]) -> [String] {
        let names = Set(names)
        return members.keys.filter { !names.contains($0) && !$0.hasPrefix("x-") }.sorted()
    }

    private static func notKnown(_ name: String, _ names: [String]) -> String {
        if let meant = DidYouMean.suggestion(for: name, among: names) {
            return "is not known; did you mean \"\(meant)\"?"
        }
        let shown = names.sorted().prefix(20).joined(separator: ", ")
        return names.isEmpty ? "is not known: nothing stands here" : "is not known; known are \(shown)"
    }

    /// An id that a client chose (`EntityID`).
    ///
    /// - Parameter type: `task`, `agent`, …: what is named.
    package mutating func id(_ value: JSONValue?, _ pointer: JSONPointer, of type: String? = nil) -> String? {
        guard let text = string(value, pointer, length: 0...Int.max) else { return nil }
        if let fault = EntityID.fault(text, of: source == .request ? type : nil) {
            fail(pointer, fault)
            return nil
        }
        return text
    }

    /// Where a body names what the path names already, both must be the same.
    package mutating func same(_ value: JSONValue?, _ pointer: JSONPointer, asInPath id: String) {
        guard let named = string(value, pointer, length: 0...Int.max), named != id else { return }
        fail(pointer, "must be \"\(id)\" as in the path, not \"\(named.cut(toBytes: EntityID.maximumBytes))\"")
    }

    /// A name that is compared with others: a capability, a resource, an option, a label.
    package mutating func name(_ value: JSONValue?, _ pointer: JSONPointer) -> String? {
        guard let text = string(value, pointer, length: 1...EntityID.maximumBytes) else { return nil }
        return isName(text, pointer) ? text : nil
    }

    /// Whether the name of a member may be compared with others; what is wrong with it is a fault.
    package mutating func isName(_ text: String, _ pointer: JSONPointer) -> Bool {
        let isTooLong = text.utf8.count > EntityID.maximumBytes
        let fault = isTooLong ? "has a name of more than \(EntityID.maximumBytes) bytes" : EntityID.textFault(text)
        if text.isEmpty || fault != nil { fail(pointer, fault ?? "has an empty name") }
        return !text.isEmpty && fault == nil
    }

    /// An object whose members the client names: at most `maximum`, each with a name that may be compared.
    package mutating func named(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        maximum: Int,
        _ what: String = "members"
    ) -> [(name: String, value: JSONValue)]? {
        guard let members = object(value, pointer) else { return nil }
        guard members.count <= maximum else {
            fail(pointer, "must have at most \(maximum) \(what), not \(members.count)")
            return nil
        }
        return members.sortedMembers.compactMap { name, value in
            isName(name, pointer.appending(name)) ? (name, value) : nil
        }
    }

    /// A moment: an RFC 3339 time, or seconds from `now`.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: milliseconds since 1970.
    package mutating func moment(_ value: JSONValue?, _ pointer: JSONPointer, now: Int64) -> Int64? {
        if case .string(let text)? = value {
            guard let moment = Timestamp.milliseconds(parsing: text) else {
                let hint = Double(text).map { ". " + (Self.epochHint($0) ?? "Seconds are a number, not a string.") }
                let fault = "must be an RFC 3339 time such as 2026-01-31T12:00:00Z, or seconds from now"
                fail(pointer, fault + (hint ?? ""))
                return nil
            }
            return moment
        }
        if let seconds = value?.doubleValue, seconds > Self.maximumSeconds {
            let hint = Self.epochHint(seconds).map { " " + $0 } ?? ""
            fail(pointer, "must be at most \(Int(Self.maximumSeconds)) seconds from now.\(hint)")
            return nil
        }
        // At most ten years of milliseconds beside a time of day that is below 2⁴⁸.
        return number(value, pointer, in: 0...Self.maximumSeconds).map {
            now.addingReportingOverflow(Int64(($0 * 1_000).rounded())).partialValue
        }
    }

    /// What is said of a number that looks like a time since 1970; nil for any other.
    private static func epochHint(_ seconds: Double) -> String? {
        seconds >= 1e9 ? "A time since 1970 is written as RFC 3339: 2026-01-31T12:00:00Z." : nil
    }

    /// Ten years.
    package static let maximumSeconds: Double = 315_360_000
}

// MARK: - Readers

extension Validator {
    package mutating func object(_ value: JSONValue?, _ pointer: JSONPointer) -> JSONObject? {
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
            fail(pointer, "must be one of \(names), not \"\(text.cut(toBytes: 100))\"")
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

extension Validator {
    /// Ids of one list, where it has no bound of its own.
    package static let maximumIDs = 1_000
    /// Of a task, an agent or a tool.
    package static let maximumCapabilities = 100

    /// Names of capabilities: trimmed of nothing, compared as they are.
    package mutating func capabilities(_ value: JSONValue?, _ pointer: JSONPointer) -> [String]? {
        guard let texts = strings(value, pointer, length: 1...200) else { return nil }
        if texts.count > Self.maximumCapabilities {
            fail(pointer, "must have at most \(Self.maximumCapabilities) names, not \(texts.count)")
        }
        for (index, text) in texts.enumerated() where source == .request {
            if let fault = EntityID.textFault(text) { fail(pointer.appending(index), fault) }
        }
        var known: Set<String> = []
        return texts.filter { known.insert($0).inserted }
    }

    /// Ids of entities without repetition, in their order; nil where there is no list.
    package mutating func ids(_ value: JSONValue?, _ pointer: JSONPointer, most: Int) -> [String]? {
        guard let texts = strings(value, pointer, length: 1...EntityID.maximumBytes) else { return nil }
        for (index, text) in texts.enumerated() {
            if let fault = EntityID.fault(text) { fail(pointer.appending(index), fault) }
        }
        if texts.count > most { fail(pointer, "must have at most \(most) ids, not \(texts.count)") }
        var known: Set<String> = []
        return texts.filter { known.insert($0).inserted }
    }
}
