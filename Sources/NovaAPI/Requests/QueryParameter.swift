package import NovaContract
package import NovaStore

/// One parameter of a route's query, as data: what the gateway takes, and what its API document says it takes.
package struct QueryParameter: Sendable, Equatable {
    /// What a value may be.
    package enum Form: Sendable, Equatable {
        /// The id of an entity, or the name of a domain.
        case id
        /// Bytes at most.
        case text(Int)
        case choice([String])
        /// `true` or `false`.
        case flag
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// RFC 3339.
        case time
        /// RFC 3339, or back from now such as `-6h`.
        case moment
        /// A length of time such as `15m`, or seconds.
        case length
    }

    package let name: String
    package let form: Form
    /// How often it may be given; more than once, all of its values hold together.
    package let most: Int
    /// What holds where it is left out; nil: nothing, or what depends on the request.
    package let standard: JSONValue?
    /// Whether an empty value is the same as none.
    package let mayBeEmpty: Bool
    /// What it is, for the API document.
    package let about: String

    package init(
        _ name: String,
        _ form: Form,
        most: Int = 1,
        standard: JSONValue? = nil,
        mayBeEmpty: Bool = false,
        _ about: String = ""
    ) {
        self.name = name
        self.form = form
        self.most = most
        self.standard = standard
        self.mayBeEmpty = mayBeEmpty
        self.about = about
    }

    // MARK: - Those of several routes

    package static let domain = QueryParameter("domain", .id)
    package static let limit = QueryParameter(
        "limit",
        .integer(1...maximumPage),
        standard: JSONValue(defaultPage)
    )
    package static let defaultPage = 50
    package static let maximumPage = 200
    /// `next_cursor` of the page before.
    package static let cursor = QueryParameter("cursor", .text(maximumCursor))
    /// Bytes of a time, an underscore and an id.
    package static let maximumCursor = EntityID.maximumBytes + 30

    // MARK: - Checking

    /// What is wrong with a value, or nil.
    package func fault(_ value: String) -> String? {
        if value.isEmpty && mayBeEmpty { return nil }
        if value.isEmpty { return "must not be empty: leave it out, or give it a value" }
        switch form {
        case .id: return EntityID.fault(value)
        case .text(let most):
            return value.utf8.count <= most ? nil : "must have at most \(most) bytes, not \(value.utf8.count)"
        case .choice(let choices):
            return choices.contains(value) ? nil : "must be one of " + choices.joined(separator: ", ") + quoted(value)
        case .flag: return ["true", "false"].contains(value) ? nil : "must be true or false" + quoted(value)
        case .integer(let range):
            // A sign or a blank is no part of a count.
            let isPlain = value.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isPlain, let number = Int(value), range.contains(number) else {
                return range.upperBound == .max
                    ? "must be a whole number from \(range.lowerBound)" + quoted(value)
                    : "must be a whole number from \(range.lowerBound) to \(range.upperBound)" + quoted(value)
            }
            return nil
        case .number(let range):
            // As JSON writes numbers: neither `inf` nor hexadecimal.
            let number = (try? JSONValue(parsing: value))?.doubleValue
            guard let number, range.contains(number) else {
                return "must be a number from \(JSONValue(range.lowerBound).jsonString) to "
                    + JSONValue(range.upperBound).jsonString + quoted(value)
            }
            return nil
        case .time, .moment, .length:
            // Read by whoever needs them, who says what is wrong.
            return value.utf8.count <= 64 ? nil : "must have at most 64 bytes, not \(value.utf8.count)"
        }
    }

    /// As it is written: a whole number without a point.
    private static func plain(_ number: Double) -> JSONValue {
        Int(exactly: number).map { JSONValue($0) } ?? JSONValue(number)
    }

    private func quoted(_ value: String) -> String { ", not \"\(value.prefix(40))\"" }

    /// The schema of the parameter in the API document.
    package var schema: JSONValue {
        var members: [String: JSONValue]
        switch form {
        case .id:
            members = ["type": "string", "maxLength": JSONValue(EntityID.maximumBytes)]
            if !mayBeEmpty { members["minLength"] = 1 }
        case .text(let most): members = ["type": "string", "minLength": 1, "maxLength": JSONValue(most)]
        case .choice(let choices): members = ["type": "string", "enum": JSONValue(choices)]
        case .flag: members = ["type": "boolean"]
        case .integer(let range):
            members = ["type": "integer", "minimum": JSONValue(range.lowerBound)]
            if range.upperBound != .max { members["maximum"] = JSONValue(range.upperBound) }
        case .number(let range):
            members = [
                "type": "number", "minimum": Self.plain(range.lowerBound), "maximum": Self.plain(range.upperBound),
            ]
        case .time: members = ["type": "string", "format": "date-time", "maxLength": 64]
        case .moment: members = ["type": "string", "minLength": 1, "maxLength": 64]
        case .length: members = ["type": "string", "pattern": "^[0-9]+[smhd]?$", "maxLength": 64]
        }
        members["default"] = standard
        guard most > 1 else { return .object(members) }
        return ["type": "array", "items": .object(members), "maxItems": JSONValue(most)]
    }
}

extension QueryItems {
    /// The page that is asked for, of a list whose route takes `limit` and `cursor`.
    ///
    /// - Throws: `VALIDATION_ERROR` where the cursor is of no page.
    package func page() throws(NovaError) -> (cursor: ListCursor?, limit: Int) {
        let cursor = self["cursor"].flatMap(ListCursor.init)
        if self["cursor"] != nil && cursor == nil {
            let fault = "must be the next_cursor of a page"
            throw NovaError(.validationError, "/cursor: \(fault)", details: [.init("/cursor", fault)])
        }
        return (cursor, self["limit"].flatMap { Int($0) } ?? QueryParameter.defaultPage)
    }

    /// Holds a request's query to what its route takes; names that begin with `x-` are passed over.
    ///
    /// - Throws: `VALIDATION_ERROR` naming each parameter that is unknown, given too often, or out of its bounds.
    package func check(_ parameters: [QueryParameter]) throws(NovaError) {
        guard !isEmpty else { return }
        var validator = Validator(.request)
        if let malformed {
            validator.fail(.root, "the query is not percent-encoded UTF-8 at \"\(malformed.prefix(40))\"")
        }
        var given = JSONObject()
        for name in names { given[name] = .null }
        validator.known(given, parameters.map(\.name), at: .root)
        for parameter in parameters {
            let values = values(parameter.name)
            let pointer = JSONPointer.root.appending(parameter.name)
            if values.count > parameter.most {
                let bound = parameter.most == 1 ? "must be given once" : "must be given at most \(parameter.most) times"
                validator.fail(pointer, "\(bound), not \(values.count) times")
            } else {
                for value in values {
                    if let fault = parameter.fault(value) { validator.fail(pointer, fault) }
                }
            }
        }
        try validator.finish()
    }
}
