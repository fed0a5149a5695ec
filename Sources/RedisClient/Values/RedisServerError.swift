/// An error line as the server sent it: a code in capitals, then what a person should know.
package struct RedisServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole line without its leading `-`.
    let line: String

    init(line: String) {
        self.line = line
    }

    package init(code: String, message: String) {
        line = message.isEmpty ? code : "\(code) \(message)"
    }

    /// The first word: `ERR`, `WRONGTYPE`, `NOSCRIPT`, `NOAUTH`, `LOADING`, ….
    package var code: String { String(line.prefix { $0 != " " }) }

    /// What follows the code; may be empty.
    package var message: String { String(line.drop { $0 != " " }.dropFirst()) }

    package var description: String { line }
}
