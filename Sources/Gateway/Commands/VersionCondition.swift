import HTTPTypes
import NovaContract

/// Reading of `If-Match`.
enum VersionCondition {
    /// The only version that may be changed; nil: any.
    ///
    /// - Throws: `VALIDATION_ERROR` for what is neither `*` nor one version, in quotes or not.
    static func version(_ headers: HTTPFields) throws(NovaError) -> Int? {
        guard let field = headers[.ifMatch], field != "*" else { return nil }
        let isQuoted = field.hasPrefix("\"") && field.hasSuffix("\"") && field.utf8.count > 2
        guard let version = Int(isQuoted ? String(field.dropFirst().dropLast()) : field), version >= 0 else {
            throw NovaError(
                .validationError,
                "If-Match must be * or one version such as \"7\", not \(field.prefix(40))"
            )
        }
        return version
    }
}
