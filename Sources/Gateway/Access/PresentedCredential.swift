package import HTTPTypes

/// The secret a request carries, wherever it stands.
package enum PresentedCredential {
    package static let keyHeader = HTTPField.Name("X-API-Key")

    /// The key of `X-API-Key`, or else of `Authorization: Bearer`; nil where the request has neither.
    package static func key(in headers: HTTPFields) -> String? {
        if let name = keyHeader, let key = headers[name] { return key }
        guard let authorization = headers[.authorization] else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}
