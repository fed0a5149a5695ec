/// Which version an entity must have for a command to change it: `If-Match` and `If-None-Match` of RFC 9110.
package enum VersionCondition: Sendable, Equatable {
    /// It must be there, in any version: `If-Match: *`.
    case exists
    /// It must have one of these; with none of them it never holds.
    case isOneOf([Int])
    /// It must not be there: `If-None-Match: *`.
    case isAbsent
    /// It must have none of these.
    case isNoneOf([Int])
    /// It must be there, in none of these: `If-Match: *` with `If-None-Match`.
    case isOtherThan([Int])

    /// Versions that one condition may name.
    package static let maximumVersions = 50

    /// - Parameter version: nil where the entity is not there.
    package func holds(_ version: Int?) -> Bool {
        switch self {
        case .exists: version != nil
        case .isOneOf(let versions): version.map(versions.contains) ?? false
        case .isAbsent: version == nil
        case .isNoneOf(let versions): version.map { !versions.contains($0) } ?? true
        case .isOtherThan(let versions): version.map { !versions.contains($0) } ?? false
        }
    }

    /// As it travels with its command, and as `lib-condition.lua` reads it: `*`, `7,8`, `!*`, `!7` or
    /// `*!7`.
    package var text: String {
        func listed(_ versions: [Int]) -> String {
            // No entity has the version 0.
            versions.isEmpty ? "0" : versions.map { "\($0)" }.joined(separator: ",")
        }
        return switch self {
        case .exists: "*"
        case .isOneOf(let versions): listed(versions)
        case .isAbsent: "!*"
        case .isNoneOf(let versions): "!" + listed(versions)
        case .isOtherThan(let versions): "*!" + listed(versions)
        }
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String) {
        let mustBe = text.hasPrefix("*!")
        let isNegated = mustBe || text.hasPrefix("!")
        let list = text.dropFirst(mustBe ? 2 : isNegated ? 1 : 0)
        if list == "*", !mustBe {
            self = isNegated ? .isAbsent : .exists
            return
        }
        let versions = list.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard versions.allSatisfy({ $0 != nil }) else { return nil }
        let numbers = versions.compactMap(\.self)
        self = mustBe ? .isOtherThan(numbers) : isNegated ? .isNoneOf(numbers) : .isOneOf(numbers)
    }

    /// What a client hears where it does not hold.
    ///
    /// - Parameters:
    ///   - what: the entity, such as `the task t`.
    ///   - version: nil where it is not there.
    package func failure(_ what: String, version: Int?) -> NovaError {
        let standing = version.map { "has version \($0)" } ?? "is not there"
        return NovaError(
            .preconditionFailed,
            "\(what) \(standing)",
            details: [.init("/version", standing)]
        )
    }
}

extension VersionCondition: ExpressibleByIntegerLiteral {
    /// That version and no other.
    package init(integerLiteral version: Int) { self = .isOneOf([version]) }
}
