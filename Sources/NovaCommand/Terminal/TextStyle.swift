/// How emphasis and bars are drawn: with colours and block characters where the terminal has them.
struct TextStyle: Sendable, Equatable {
    /// ANSI colours.
    let colour: Bool
    /// Characters outside ASCII.
    let unicode: Bool

    static let plain = TextStyle(colour: false, unicode: true)

    func bold(_ text: String) -> String { painted(text, "1") }
    func dim(_ text: String) -> String { painted(text, "2") }
    func critical(_ text: String) -> String { painted(text, "1;33") }
    func good(_ text: String) -> String { painted(text, "32") }
    func ordinary(_ text: String) -> String { painted(text, "36") }

    private func painted(_ text: String, _ code: String) -> String {
        colour && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    var criticalBar: String { unicode ? "█" : "#" }
    var ordinaryBar: String { unicode ? "▒" : "=" }
    var emptyBar: String { unicode ? "·" : "." }
    /// A step that takes no time, or too little to be drawn.
    var instant: String { unicode ? "◆" : "|" }
    var arrow: String { unicode ? "→" : "->" }
}
