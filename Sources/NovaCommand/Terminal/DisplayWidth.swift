/// How many columns of a terminal a text takes.
///
/// Not by the C library: `wcwidth` depends on the process's locale and knows no emoji that are made of several scalars.
enum DisplayWidth {
    /// Blocks that are two columns wide (East Asian Wide and Fullwidth of Unicode Annex 11, in whole blocks).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]

    static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

    /// 0, 1 or 2.
    static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return 1 }
        if character.unicodeScalars.contains(where: isWide) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        // U+FE0F asks for the picture of what would else be a letter, as in ❤️.
        scalar.value == 0xFE0F || scalar.properties.isEmojiPresentation
            || wide.contains { $0.contains(scalar.value) }
    }
}
