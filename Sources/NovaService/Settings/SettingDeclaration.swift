/// What is true of one setting: all that a person, a settings file and the documentation are told of it.
///
/// From these come `nova settings`, the files of `config/` and the tables of `docs/configuration.md`.
package struct SettingDeclaration: Sendable, Equatable {
    /// What a value looks like, and which values are taken.
    package enum Kind: Sendable, Equatable {
        case text
        /// A text that no log and no error shows, and that may stand in a file of its own, named by `NAME.file`.
        case secret
        /// Texts; in the environment separated by commas.
        case list
        case boolean
        /// A whole number, or, where there is one, the word.
        case integer(ClosedRange<Int>, or: String? = nil)
        case number(ClosedRange<Double>)
        case duration(Least)
        case choice([String])
        /// Names and values that Nova does not know itself; the example is shown in settings files.
        case properties(example: [String])
    }

    /// The shortest duration that is taken.
    package enum Least: Sendable, Equatable {
        case zero
        /// Anything longer than zero.
        case positive
        case duration(Duration)
    }

    /// The dotted name, such as `http.port`.
    package let name: String
    package let kind: Kind
    /// As a person would write it; empty where the setting is not set by default.
    package let defaultText: String
    /// What the setting does, in one or two sentences; names of other settings stand between backticks.
    package let purpose: String

    /// The environment variable that sets it, such as `NOVA_HTTP_PORT`.
    package var variable: String { Self.variable(of: name) }

    /// The names it can be set by: its own, and of a secret that of the file that holds it.
    package var names: [String] { kind == .secret ? [name, name + ".file"] : [name] }

    package static func variable(of name: String) -> String {
        "NOVA_" + name.uppercased().replacing(".", with: "_")
    }
}

extension SettingDeclaration.Kind {
    /// What a value must be, as an error says it.
    var rule: String {
        switch self {
        case .text, .secret, .list: "a text"
        case .boolean: "true or false"
        case .integer(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .duration: "a duration such as 500ms, 5s, 2m, 1h or a number of seconds"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .properties: "name=value;name=value"
        }
    }

    /// The values that are taken, in few words: `1 to 10000`.
    package var values: String {
        switch self {
        case .text: "text"
        case .secret: "secret"
        case .list: "list"
        case .boolean: "true or false"
        case .integer(let range, let word):
            (word.map { "\($0), or " } ?? "") + "\(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "\(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        case .duration(.zero): "duration"
        case .duration(.positive): "duration, longer than 0s"
        case .duration(.duration(let least)): "duration, \(least.settingText) or longer"
        case .choice(let words): words.joined(separator: ", ")
        case .properties: "names and values"
        }
    }

    /// The name of the kind, for machines.
    package var word: String {
        switch self {
        case .text: "text"
        case .secret: "secret"
        case .list: "list"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .duration: "duration"
        case .choice: "choice"
        case .properties: "properties"
        }
    }

    /// Digits and a point only: `0.000001`, not `1e-06`.
    private static func plain(_ number: Double) -> String {
        let text = "\(number)"
        if text.hasSuffix(".0") { return String(text.dropLast(2)) }
        let halves = text.split(separator: "e-")
        guard halves.count == 2, let places = Int(halves[1]) else { return text }
        return "0." + String(repeating: "0", count: places - 1) + halves[0].filter { $0 != "." }
    }
}
