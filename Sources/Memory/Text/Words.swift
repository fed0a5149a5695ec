import Foundation

/// Splits text into words: letters and digits of any script, in lower case, without accents.
///
/// Scripts that are written without spaces between words (Han, kana) give each two neighbouring characters, as is usual
/// where no dictionary is at hand; each emoji is a word.
enum Words {
    static let maximumBytes = 64

    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var dense: [Unicode.Scalar] = []

        func endWord() {
            guard !word.isEmpty else { return }
            words.append(clipped(String(word)))
            word = String.UnicodeScalarView()
        }
        func endDense() {
            guard !dense.isEmpty else { return }
            if dense.count == 1 { words.append(String(Character(dense[0]))) }
            for (left, right) in zip(dense, dense.dropFirst()) {
                words.append(String(Character(left)) + String(Character(right)))
            }
            dense = []
        }

        for scalar in folded(text).unicodeScalars {
            if isMark(scalar) {
                // What is left of accents, vowel points, joiners: belongs to what it stands at.
                continue
            } else if isDense(scalar) {
                endWord()
                dense.append(scalar)
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                endDense()
                word.append(scalar)
            } else {
                endWord()
                endDense()
                if scalar.properties.isEmojiPresentation { words.append(String(Character(scalar))) }
            }
        }
        endWord()
        endDense()
        return words
    }

    /// ASCII, as most text is, without looking at each character's properties.
    private static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.lowercased().decomposedStringWithCompatibilityMapping
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        // As in "don't": one word.
        if scalar == "'" || scalar == "\u{2019}" { return true }
        guard scalar.value >= 0x300 else { return false }
        switch scalar.value {
        // Accents; points of Hebrew and Arabic. Other scripts' marks tell words apart.
        case 0x0300...0x036F, 0x0591...0x05C7, 0x0610...0x061A, 0x064B...0x065F, 0x0670, 0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
            return true
        default: return scalar.properties.generalCategory == .format
        }
    }

    private static func isDense(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
            0x20000...0x3FFFF:
            true
        default: false
        }
    }

    private static func clipped(_ word: String) -> String {
        guard word.utf8.count > maximumBytes else { return word }
        return String(decoding: word.utf8.prefix(maximumBytes), as: UTF8.self)
    }
}
