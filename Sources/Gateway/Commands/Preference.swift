import HTTPTypes
import NovaAPI

/// How long a client wants to wait for its result (RFC 7240).
package struct Preference: Sendable, Equatable {
    /// Zero: answer at once.
    let wait: Duration
    /// For `Preference-Applied`; nil where nothing was preferred.
    let applied: String?

    /// - Parameters:
    ///   - fallback: for requests that prefer nothing.
    ///   - maximum: a longer wait is cut to it, and `applied` says so.
    init(headers: HTTPFields, fallback: Duration, maximum: Duration) {
        var respondsAsync = false
        var seconds: Int64?
        for field in headers[values: .prefer] {
            // The usual one is not taken apart.
            if field == "respond-async" {
                respondsAsync = true
                continue
            }
            for preference in field.split(separator: ",") {
                let (name, value) = Self.parts(preference)
                // The first of several equal ones counts (RFC 7240, section 2).
                if name == "respond-async" { respondsAsync = true }
                if name == "wait" && seconds == nil { seconds = value.flatMap { Int64($0) }.map { max(0, $0) } }
            }
        }
        switch (seconds, respondsAsync) {
        case (let seconds?, _):
            // Far below overflow: `maximum` is what counts then.
            wait = min(.seconds(min(seconds, 86_400)), maximum)
            applied = "wait=\(wait.components.seconds)"
        case (nil, true):
            wait = .zero
            applied = "respond-async"
        case (nil, false):
            wait = min(fallback, maximum)
            applied = nil
        }
    }

    private static func parts(_ preference: Substring) -> (name: String, value: String?) {
        let main = preference.split(separator: ";", maxSplits: 1).first ?? ""
        let halves = main.split(separator: "=", maxSplits: 1).map { half in
            half.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        }
        return (halves.first?.lowercased() ?? "", halves.count == 2 ? halves[1] : nil)
    }
}
