import Foundation

/// How letters are compared: in lower case, without accents, and those that have no accent but are often written with other
/// letters as these ("ł" as "l", "ß" as "ss", "þ" as "th").
enum Letters {
    /// A letter as it is compared, and how it is spelled out where German and the Scandinavian languages cannot write it ("ü": "ue").
    struct Folded: Sendable {
        let bytes: [UInt8]
        let spelled: [UInt8]?
    }

    /// Of a letter or digit that is composed (NFKC).
    static func folded(_ scalar: Unicode.Scalar) -> Folded {
        switch scalar.value {
        case 0x80..<0x600: low[Int(scalar.value) - 0x80]
        case 0x1E00..<0x2000: high[Int(scalar.value) - 0x1E00]
        default: make(scalar)
        }
    }

    /// Latin, Greek, Cyrillic, Armenian, Hebrew; and Latin and Greek letters with several accents.
    private static let low = (UInt32(0x80)..<0x600).map { make(Unicode.Scalar($0) ?? " ") }
    private static let high = (UInt32(0x1E00)..<0x2000).map { make(Unicode.Scalar($0) ?? " ") }

    private static func make(_ scalar: Unicode.Scalar) -> Folded {
        if scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue {
            return Folded(bytes: [UInt8(ascii: "0") + UInt8(value)], spelled: nil)
        }
        var text = ""
        for lower in scalar.properties.lowercaseMapping.decomposedStringWithCanonicalMapping.unicodeScalars
        where !isAccent(lower) {
            text += others[lower] ?? String(Character(lower))
        }
        let lowered = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        return Folded(bytes: Array(text.utf8), spelled: spellings[lowered].map { Array($0.utf8) })
    }

    /// Accents; points of Hebrew and Arabic: what they stand at is the same without them.
    ///
    /// Other scripts' marks tell words apart.
    static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0300...0x036F, 0x0591...0x05C7, 0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
            true
        default: false
        }
    }

    private static let others: [Unicode.Scalar: String] = [
        "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ı": "i", "ħ": "h",
        "ŧ": "t",
        "ŋ": "n", "ĸ": "k", "ſ": "s", "ƒ": "f", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ȷ": "j", "ȼ": "c",
        "ⱥ": "a", "ɨ": "i", "ʉ": "u", "ɔ": "o", "ɛ": "e", "ǝ": "e",
        // The same letter at the end of a word, and in another country's writing.
        "ς": "σ", "ґ": "г", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
    ]

    private static let spellings: [Unicode.Scalar: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe",
    ]

    /// Characters that are written for an apostrophe.
    static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x27, 0x2018, 0x2019, 0x201B, 0x02BC, 0x02BB, 0x02B9, 0x00B4, 0x0060, 0x2032, 0xFF07: true
        default: false
        }
    }
}

/// Scripts that are written without spaces between words, or, as Korean, with what others write apart at the end of them.
enum DenseScript {
    case han, kana, hangul, southeastern

    init?(_ scalar: Unicode.Scalar) {
        guard scalar.value >= 0x0E00 else { return nil }
        switch scalar.value {
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3100...0x312F, 0x31A0...0x31BF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            self = .han
        case 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x1B000...0x1B16F: self = .kana
        case 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97F, 0xAC00...0xD7FF: self = .hangul
        // Thai, Lao; Myanmar; Khmer; the Tai scripts; Javanese and what Myanmar has besides.
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1950...0x19DF, 0x1A20...0x1AAF, 0xA980...0xA9FF,
            0xAA60...0xAADF:
            guard scalar.properties.isAlphabetic || Self.isMark(scalar) else { return nil }
            self = .southeastern
        default: return nil
        }
    }

    /// Whether two may stand in one word.
    func goesOn(_ other: DenseScript) -> Bool {
        switch (self, other) {
        case (.han, .kana), (.kana, .han): true
        default: self == other
        }
    }

    /// What stands at another character: vowels, tones.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// What Korean writes at the end of a noun of one syllable.
    static let particles: Set<Unicode.Scalar> = [
        "은", "는", "이", "가", "을", "를", "에", "의", "도", "로", "와", "과", "만",
    ]
}
