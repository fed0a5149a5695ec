/// Texts in columns.
enum TextLayout {
    /// The text as it may be shown: what steers a terminal or turns the reading direction is replaced, because ids and
    /// messages come from outside.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
        return String(shown)
    }

    /// The same with the line ends kept.
    static func printableLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
            .joined(separator: "\n")
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        // Joiners make one picture of several; all other format characters are left out.
        case .format: scalar.value != 0x200D && scalar.value != 0x200C
        default: false
        }
    }

    /// At most `width` columns; what is cut off is told by an ellipsis.
    static func truncated(_ text: String, to width: Int) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        guard width > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            let columns = DisplayWidth.of(character)
            if used + columns > width - 1 { break }
            kept.append(character)
            used += columns
        }
        return kept + "…"
    }

    /// Exactly `width` columns: cut, or filled with blanks at the right.
    static func left(_ text: String, _ width: Int) -> String {
        let shown = truncated(text, to: width)
        return shown + String(repeating: " ", count: max(0, width - DisplayWidth.of(shown)))
    }

    /// Exactly `width` columns: cut, or filled with blanks at the left.
    static func right(_ text: String, _ width: Int) -> String {
        let shown = truncated(text, to: width)
        return String(repeating: " ", count: max(0, width - DisplayWidth.of(shown))) + shown
    }

    /// Lines of at most `width` columns, broken at blanks; a longer word is cut into pieces.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ").flatMap({ pieces(of: $0, width: max(width, 2)) }) {
            if line.isEmpty {
                line = word
            } else if DisplayWidth.of(line) + 1 + DisplayWidth.of(word) <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private static func pieces(of word: Substring, width: Int) -> [String] {
        var pieces: [String] = [""]
        var used = 0
        for character in word {
            let columns = DisplayWidth.of(character)
            if used + columns > width {
                pieces.append("")
                used = 0
            }
            pieces[pieces.count - 1].append(character)
            used += columns
        }
        return pieces
    }
}
