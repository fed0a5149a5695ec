package import HTTPTypes
package import NovaContract

/// Reading of `If-Match` and `If-None-Match` (RFC 9110, section 13.1).
///
/// An entity's tag is its version in quotes, for example `"7"`.
package struct EntityTags: Sendable, Equatable {
    package struct Tag: Sendable, Equatable {
        let opaque: String
        let isWeak: Bool
    }

    /// `*`: whatever it has.
    package let isAny: Bool
    package let tags: [Tag]

    /// - Parameter field: a header field's value, several of them joined by commas.
    /// - Throws: `VALIDATION_ERROR` for what is neither `*` nor a list of tags; a version without quotes is taken too.
    package init(_ field: String, name: HTTPField.Name) throws(NovaError) {
        let text = field.trimmed
        isAny = text == "*"
        guard !isAny else {
            tags = []
            return
        }
        var found: [Tag] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard !rest.isEmpty else { break }
            guard let tag = Self.next(&rest), found.count < VersionCondition.maximumVersions else {
                throw Self.fault(field, name)
            }
            found.append(tag)
        }
        guard !found.isEmpty else { throw Self.fault(field, name) }
        tags = found
    }

    private static func next(_ rest: inout Substring) -> Tag? {
        let isWeak = rest.hasPrefix("W/")
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.first == "\"" else {
            // Of older clients.
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let ends = rest.isEmpty || rest.first == "," || rest.first == " " || rest.first == "\t"
            return !isWeak && !digits.isEmpty && ends ? Tag(opaque: String(digits), isWeak: false) : nil
        }
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        let tag = Tag(opaque: String(rest[..<end]), isWeak: isWeak)
        rest = rest[rest.index(after: end)...]
        let after = rest.drop { $0 == " " || $0 == "\t" }
        return after.isEmpty || after.first == "," ? tag : nil
    }

    private static func fault(_ field: String, _ name: HTTPField.Name) -> NovaError {
        NovaError(
            .validationError,
            "\(name.canonicalName) must be * or at most \(VersionCondition.maximumVersions) entity tags such as \"7\", "
                + "not \(field.prefix(40))"
        )
    }

    /// Those that are versions; other tags are of nothing that was ever here.
    ///
    /// - Parameter isStrong: whether weak ones are left out: with `If-Match` they never match.
    fileprivate func versions(isStrong: Bool) -> [Int] {
        tags.compactMap { tag in
            guard !(isStrong && tag.isWeak), let version = Int(tag.opaque), version > 0, "\(version)" == tag.opaque
            else { return nil }
            return version
        }
    }

    /// Whether a representation with this version is one of them, by weak comparison.
    package func names(_ version: Int) -> Bool { isAny || versions(isStrong: false).contains(version) }

    // MARK: - Fields of a request

    /// What a request that changes an entity asks of it; nil: nothing.
    package static func condition(_ headers: HTTPFields) throws(NovaError) -> VersionCondition? {
        let match = try headers[.ifMatch].map { field throws(NovaError) in try EntityTags(field, name: .ifMatch) }
        let none = try headers[.ifNoneMatch].map { field throws(NovaError) in
            try EntityTags(field, name: .ifNoneMatch)
        }
        switch (match, none) {
        case (nil, nil): return nil
        case (let match?, nil): return match.isAny ? .exists : .isOneOf(match.versions(isStrong: true))
        case (nil, let none?): return none.isAny ? .isAbsent : .isNoneOf(none.versions(isStrong: false))
        case (let match?, let none?): return together(match, none)
        }
    }

    /// Both must hold (RFC 9110, section 13.2.2).
    private static func together(_ match: EntityTags, _ none: EntityTags) -> VersionCondition {
        // To be there and not to be there, which never is.
        guard !none.isAny else { return .isOneOf([]) }
        let others = none.versions(isStrong: false)
        if match.isAny { return .isOtherThan(others) }
        return .isOneOf(match.versions(isStrong: true).filter { !others.contains($0) })
    }

    /// The header field's value for a version.
    package static func tag(_ version: Int) -> String { "\"\(version)\"" }
}

extension Answer {
    /// An entity as it is, with its tag; or 304 where the client has it already, and 412 where it wants another.
    ///
    /// - Parameter what: the entity, such as `the task t`.
    package static func entity(_ what: String, _ value: JSONValue, version: Int, _ call: Call) throws(NovaError)
        -> Answer
    {
        let headers = call.facts.headers
        if let field = headers[.ifMatch] {
            let tags = try EntityTags(field, name: .ifMatch)
            let condition: VersionCondition = tags.isAny ? .exists : .isOneOf(tags.versions(isStrong: true))
            guard condition.holds(version) else { throw condition.failure(what, version: version) }
        }
        if let field = headers[.ifNoneMatch], try EntityTags(field, name: .ifNoneMatch).names(version) {
            return Answer(
                status: .notModified,
                headers: [.eTag: EntityTags.tag(version), .cacheControl: "no-store"]
            )
        }
        var answer = Answer.json(value)
        answer.headers[.eTag] = EntityTags.tag(version)
        return answer
    }
}

extension StringProtocol {
    /// Without the blanks of HTTP around it.
    package var trimmed: String {
        let begun = drop { $0 == " " || $0 == "\t" }
        return String(begun.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
