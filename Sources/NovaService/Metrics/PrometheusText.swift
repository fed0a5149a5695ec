/// The parts of Prometheus' text format 0.0.4: names, labels, numbers, escapes.
enum PrometheusText {
    /// The `Content-Type` of the format.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// A metric's name: whatever a name may not hold becomes an underscore.
    static func name(_ label: String) -> String {
        sanitized(label, allowing: ":")
    }

    /// Labels as they stand between the braces, ordered by name.
    ///
    /// A name may not begin with two underscores or be `le`, which the format keeps for itself: both get `label_` in
    /// front. Of two labels whose names come out alike the first is kept.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var values: [String: String] = [:]
        for (dimension, value) in dimensions {
            let name = sanitized(dimension, allowing: "")
            let safe = name == "le" || name.hasPrefix("__") ? "label_" + name : name
            values[safe] = values[safe] ?? value
        }
        return values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }
            .joined(separator: ",")
    }

    /// Backslash and line end are escaped, in a label's value quotes too.
    static func escaped(_ text: String, quotes: Bool) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func sanitized(_ text: String, allowing more: String) -> String {
        var result = String(
            text.unicodeScalars.map { scalar in
                let plain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return plain || more.unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            }
        )
        if result.isEmpty || result.first?.isNumber == true {
            result = "_" + result
        }
        return result
    }
}

extension Double {
    /// As Go writes it and Prometheus reads it.
    var prometheus: String {
        if isNaN { return "NaN" }
        if isInfinite { return self > 0 ? "+Inf" : "-Inf" }
        return self == rounded() && magnitude < 1e15 ? String(Int64(self)) : description
    }
}
