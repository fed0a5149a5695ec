import Foundation

/// Text as words: letters and digits of any script, in lower case, as `Letters` folds them.
///
/// What is written together in one place and apart in another ("Wi-Fi", "maxRetryCount", "10kg") is its parts and, beside them, the
/// whole. An elided article ("l'hôpital") is a word of its own. Scripts that are written without spaces give each two
/// neighbouring characters, as is usual where no dictionary is at hand, and beside them each character; each emoji is a word.
struct Words {
    struct Token: Equatable {
        let word: String
        /// With "ue" for "ü" and the like; nil: it has none of these.
        var spelled: String?
        /// What it is written together with: "wifi" of the "wi" in "Wi-Fi".
        var whole: String?
        /// Letters and digits that it is made of, "10" and "kg", where another may have a blank between them.
        var pieces: [String] = []
        /// Of two characters the one behind which a word may well end.
        var loose: String?
        /// Written in capitals where others are not: "IT" is not "it".
        var isCapital = false
        /// An article or the like that lost its last letter to the next word.
        var isElided = false
        /// Whether it is characters of a script without spaces.
        var isDense = false
    }

    static let maximumBytes = 64

    private(set) var tokens: [Token] = []
    /// Other forms under which something of the text is found: wholes, pieces, single characters.
    private(set) var beside: [String] = []

    init() {}

    init(_ text: String) { read(text) }

    static func split(_ text: String) -> [String] { Words(text).tokens.map(\.word) }

    /// Adds the words of one more text.
    mutating func read(_ text: String) {
        var scanner = Scanner(composed(text))
        scanner.run()
        var found = scanner.found
        // Where all is in capitals, they say nothing.
        if scanner.lettered >= 3, scanner.lettered == scanner.shouted {
            for index in found.indices { found[index].isCapital = false }
        } else if found.count == 1, scanner.shouted == 1, found[0].word != "i" {
            found[0].isCapital = true
        }
        tokens += found
        beside += scanner.beside
    }

    /// ASCII, as most text is, needs no look at each character's properties.
    private func composed(_ text: String) -> [Unicode.Scalar] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.unicodeScalars) }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(Letters.isApostrophe(scalar) ? "'" : scalar) }
        return Array(String(plain).precomposedStringWithCompatibilityMapping.unicodeScalars)
    }
}

/// Goes through one text.
private struct Scanner {
    /// Letters or digits between which nothing stands.
    private struct Atom {
        var bytes: [UInt8] = []
        var spelled: [UInt8]?
        var letters = 0
        var capitals = 0
        let isNumber: Bool
        var endsInLowerCase = false
        /// Where its last letter begins.
        var last = 0
        /// Letters and digits that it was put together from.
        var pieces: [[UInt8]] = []
        /// What stands before it in its chunk; 0: nothing.
        var joint: UInt8

        var text: String { Scanner.text(bytes) }
    }

    private let scalars: [Unicode.Scalar]
    private var chunk: [Atom] = []
    private var joint: UInt8 = 0
    private var dense: [Unicode.Scalar] = []
    private var script: DenseScript?
    private var isAtStart = true
    private(set) var found: [Words.Token] = []
    private(set) var beside: [String] = []
    /// Words with letters, and those of them that are all in capitals.
    private(set) var lettered = 0
    private(set) var shouted = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private enum Kind { case lower, upper, caseless, digit, mark, apostrophe, joiner(UInt8), dense(DenseScript), other }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x61...0x7A: return .lower
        case 0x41...0x5A: return .upper
        case 0x30...0x39: return .digit
        case 0x27: return .apostrophe
        case 0x2C, 0x2D, 0x2E, 0x5F: return .joiner(UInt8(scalar.value))
        case 0x00..<0x80: return .other
        case 0x2010, 0x2011: return .joiner(UInt8(ascii: "-"))
        // Of Catalan, within a word; a blank without a width parts words.
        case 0xB7: return .mark
        case 0x200B: return .other
        default: break
        }
        if Letters.isAccent(scalar) { return .mark }
        if let script = DenseScript(scalar) { return .dense(script) }
        let properties = scalar.properties
        if properties.numericType != nil { return .digit }
        if properties.isUppercase { return .upper }
        if properties.isLowercase { return .lower }
        if properties.isAlphabetic || DenseScript.isMark(scalar) { return .caseless }
        return properties.generalCategory == .format ? .mark : .other
    }

    private static func isWord(_ kind: Kind) -> Bool {
        switch kind {
        case .lower, .upper, .caseless, .digit: true
        default: false
        }
    }

    mutating func run() {
        for place in scalars.indices {
            let scalar = scalars[place]
            let kind = Self.kind(scalar)
            switch kind {
            case .mark: continue
            case .lower, .upper, .caseless, .digit:
                endDense()
                take(scalar, kind, place)
            case .dense(let next):
                endChunk()
                if let script, !script.goesOn(next) { endDense() }
                script = next
                dense.append(scalar)
            case .apostrophe: join(UInt8(ascii: "'"), place)
            case .joiner(let joiner): join(joiner, place)
            case .other:
                end()
                if scalar == "!" || scalar == "?" || scalar == "\n" { isAtStart = true }
                if scalar.value >= 0x80, scalar.properties.isEmojiPresentation {
                    found.append(Words.Token(word: String(Character(scalar))))
                }
            }
        }
        end()
    }

    private mutating func end() {
        endChunk()
        endDense()
    }

    // MARK: - Chunks

    private func kind(at place: Int) -> Kind { scalars.indices.contains(place) ? Self.kind(scalars[place]) : .other }

    /// Something that may stand within a word, or between two.
    private mutating func join(_ joiner: UInt8, _ place: Int) {
        endDense()
        let next = kind(at: place + 1)
        guard let last = chunk.last, joint == 0, Self.isWord(next),
            Self.isWord(kind(at: place - 1)) || last.bytes.isEmpty
        else {
            endChunk()
            if joiner == UInt8(ascii: ".") { isAtStart = true }
            return
        }
        var isDigit = false
        if case .digit = next { isDigit = true }
        switch joiner {
        case UInt8(ascii: ","):
            // As in 1,250.
            guard last.isNumber, isDigit else { return endChunk() }
            joint = joiner
        case UInt8(ascii: "'"):
            guard last.isNumber == isDigit else { return endChunk() }
            joint = isDigit ? UInt8(ascii: ",") : joiner
        default: joint = joiner
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ kind: Kind, _ place: Int) {
        var (isDigit, isUpper, isLower) = (false, false, false)
        switch kind {
        case .digit: isDigit = true
        case .upper: isUpper = true
        case .lower: isLower = true
        default: break
        }
        if joint != 0 || chunk.isEmpty || chunk[chunk.count - 1].isNumber != isDigit {
            chunk.append(Atom(isNumber: isDigit, joint: joint))
            joint = 0
        } else if isUpper, chunk[chunk.count - 1].endsInLowerCase {
            chunk.append(Atom(isNumber: false, joint: 0))
        } else if isLower {
            splitAfterCapitals(scalar, place)
        }
        let index = chunk.count - 1
        chunk[index].last = chunk[index].bytes.count
        chunk[index].endsInLowerCase = isLower
        if !isDigit { chunk[index].letters += 1 }
        if isUpper { chunk[index].capitals += 1 }
        if scalar.value < 0x80 {
            let byte = UInt8(scalar.value) | (isUpper ? 0x20 : 0)
            chunk[index].bytes.append(byte)
            chunk[index].spelled?.append(byte)
        } else {
            let folded = Letters.folded(scalar)
            if let spelled = folded.spelled {
                chunk[index].spelled = (chunk[index].spelled ?? chunk[index].bytes) + spelled
            } else {
                chunk[index].spelled? += folded.bytes
            }
            chunk[index].bytes += folded.bytes
        }
    }

    /// "HTTPServer" is "HTTP" and "Server"; "URLs" are several of one.
    private mutating func splitAfterCapitals(_ scalar: Unicode.Scalar, _ place: Int) {
        let before = chunk[chunk.count - 1]
        guard before.capitals >= 2, before.capitals == before.letters, before.spelled == nil else { return }
        if scalar == "s", !Self.isWord(kind(at: place + 1)) { return }
        var next = Atom(isNumber: false, joint: 0)
        next.bytes = Array(before.bytes[before.last...])
        (next.letters, next.capitals) = (1, 1)
        chunk[chunk.count - 1].bytes.removeLast(before.bytes.count - before.last)
        chunk[chunk.count - 1].letters -= 1
        chunk[chunk.count - 1].capitals -= 1
        chunk.append(next)
    }

    private mutating func endChunk() {
        joint = 0
        guard !chunk.isEmpty else { return }
        let atoms = chunk
        chunk.removeAll(keepingCapacity: true)
        if atoms.count == 1 {
            emit(atoms[0], whole: nil)
        } else {
            emit(atoms)
        }
        isAtStart = false
    }

    private mutating func emit(_ atoms: [Atom]) {
        if let initials = Self.initials(atoms) { return emit(initials, whole: nil) }
        let parts = withoutApostrophes(Self.withNumbers(Self.withoutIDs(atoms)))
        guard parts.count > 1 else {
            if let only = parts.first { emit(only.atom, whole: only.whole) }
            return
        }
        var whole: [UInt8] = []
        let isNumber = parts.allSatisfy(\.atom.isNumber)
        for (place, part) in parts.enumerated() {
            if isNumber, place > 0, part.atom.joint == UInt8(ascii: ".") { whole.append(UInt8(ascii: ".")) }
            whole += part.atom.bytes
        }
        let isWhole = parts.count <= Self.mostParts && whole.count <= Words.maximumBytes
        let text = isWhole ? Self.text(whole) : nil
        if let text { beside.append(text) }
        for part in parts { emit(part.atom, whole: text) }
    }

    private static let mostParts = 8

    /// "U.S." is one word.
    private static func initials(_ atoms: [Atom]) -> Atom? {
        guard atoms.allSatisfy({ $0.letters == 1 }), atoms.dropFirst().allSatisfy({ $0.joint == UInt8(ascii: ".") })
        else { return nil }
        return merged(atoms)
    }

    /// What has letters and digits by turns is an id, whose parts say nothing.
    private static func withoutIDs(_ atoms: [Atom]) -> [Atom] {
        var whole: [Atom] = []
        var segment: [Atom] = []
        func changes() -> Int {
            zip(segment, segment.dropFirst()).count { $0.isNumber != $1.isNumber }
        }
        func end() {
            if changes() > 3 { whole.append(merged(segment)) } else { whole += segment }
            segment = []
        }
        for atom in atoms {
            if atom.joint != 0 { end() }
            segment.append(atom)
        }
        end()
        return whole
    }

    /// Puts numbers to the letters before them, and to those of a unit behind them: "room101", "10kg" are words, whose pieces are
    /// found as well.
    private static func withNumbers(_ atoms: [Atom]) -> [Atom] {
        var whole: [Atom] = []
        var segment: [Atom] = []
        for atom in atoms {
            if atom.joint != 0 {
                whole += withNumber(segment)
                segment = []
            }
            segment.append(atom)
        }
        return whole + withNumber(segment)
    }

    /// Letters of the longest unit: "mmHg".
    private static let mostOfUnit = 4

    private static func withNumber(_ segment: [Atom]) -> [Atom] {
        guard let first = segment.first, segment.count > 1 else { return segment }
        let rest = segment.dropFirst()
        let letters = rest.reduce(0) { $0 + $1.letters }
        if first.isNumber, rest.allSatisfy({ !$0.isNumber }), letters <= mostOfUnit {
            return [mixed(first, merged(rest))]
        }
        var found: [Atom] = []
        for atom in segment {
            if atom.isNumber, let last = found.last, !last.isNumber, last.pieces.isEmpty {
                found[found.count - 1] = mixed(last, atom)
            } else {
                found.append(atom)
            }
        }
        return found
    }

    private static func mixed(_ left: Atom, _ right: Atom) -> Atom {
        var one = merged([left, right])
        one.pieces = [left.bytes, right.bytes]
        return one
    }

    private static func merged(_ atoms: some Collection<Atom>) -> Atom {
        var one = Atom(isNumber: false, joint: atoms.first?.joint ?? 0)
        for atom in atoms {
            if one.spelled != nil || atom.spelled != nil {
                one.spelled = (one.spelled ?? one.bytes) + (atom.spelled ?? atom.bytes)
            }
            one.bytes += atom.bytes
            one.letters += atom.letters
            one.capitals += atom.capitals
        }
        return one
    }

    // MARK: - Apostrophes

    private typealias Part = (atom: Atom, whole: String?)

    /// Cuts off what was elided, and puts together what an apostrophe parts within a word.
    private mutating func withoutApostrophes(_ atoms: [Atom]) -> [Part] {
        var parts: [Part] = []
        var elided: [UInt8] = []
        var place = 0
        while place < atoms.count {
            var atom = atoms[place]
            place += 1
            while place < atoms.count, atoms[place].joint == UInt8(ascii: "'") {
                let next = atoms[place]
                if !Self.isOne(atom, next), Self.elisions.contains(atom.text) {
                    emit(atom, whole: nil, isElided: true)
                    elided += atom.bytes
                    let joint = atom.joint
                    atom = next
                    atom.joint = joint
                } else if next.bytes != [UInt8(ascii: "s")] || atom.text == "let" {
                    addPieces(atom, next)
                    atom = Self.merged([atom, next])
                }
                place += 1
            }
            let whole = elided.isEmpty ? nil : Self.text(elided + atom.bytes)
            if let whole { beside.append(whole) }
            elided = []
            parts.append((atom, whole))
        }
        return parts
    }

    /// Words that have an apostrophe for good.
    private static func isOne(_ left: Atom, _ right: Atom) -> Bool {
        switch left.text {
        case "aujourd": right.text == "hui"
        case "quelqu": right.text.hasPrefix("un")
        case "presqu": right.text.hasPrefix("ile")
        default: false
        }
    }

    /// Of names with an apostrophe, and of languages that set an ending off with it.
    private mutating func addPieces(_ left: Atom, _ right: Atom) {
        let ending = right.text
        if left.bytes.count >= 3, !Self.endings.contains(ending) { beside.append(left.text) }
        if right.bytes.count >= 3 { beside.append(ending) }
    }

    /// Of English.
    private static let endings: Set<String> = ["t", "re", "ve", "ll", "d", "m"]

    /// What loses its last letter before a vowel: in French, Italian, Catalan.
    private static let elisions: Set<String> = [
        "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu", "dell",
        "all", "dall", "nell", "sull", "coll", "pell", "quell", "quest", "un", "nessun", "ciascun", "qualcun", "alcun",
        "bell", "sant", "gl", "degl", "agl", "dagl", "negl", "sugl", "quegl", "tutt", "anch", "com", "dov", "cos", "v",
        "mezz", "quant", "senz", "sott", "ogn", "ch", "quand", "nient", "grand", "vostr", "nostr",
    ]

    // MARK: - Words

    private mutating func emit(_ atom: Atom, whole: String?, isElided: Bool = false) {
        let isAllCapitals = atom.letters > 0 && atom.capitals == atom.letters
        if atom.letters > 0 {
            lettered += 1
            if isAllCapitals { shouted += 1 }
        }
        // One letter may begin a sentence; "I" is written so anywhere.
        let isCapital = isAllCapitals && (atom.letters > 1 || (!isAtStart && atom.text != "i"))
        let pieces = atom.pieces.map(Self.text)
        // A single letter says nothing without its number.
        beside += pieces.filter { $0.utf8.count > 1 || $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        found.append(
            Words.Token(
                word: atom.text,
                spelled: atom.spelled.map(Self.text),
                whole: whole,
                pieces: pieces,
                isCapital: isCapital && !isElided,
                isElided: isElided
            )
        )
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(Words.maximumBytes), as: UTF8.self)
    }

    // MARK: - Scripts without spaces

    private mutating func endDense() {
        guard let script, !dense.isEmpty else { return }
        defer {
            dense.removeAll(keepingCapacity: true)
            self.script = nil
            isAtStart = false
        }
        guard dense.count > 1 else {
            found.append(Words.Token(word: Self.text(dense[0]), isDense: true))
            return
        }
        for (left, right) in zip(dense, dense.dropFirst()) {
            var token = Words.Token(word: Self.text(left) + Self.text(right), isDense: true)
            if DenseScript(left) == .han, DenseScript(right) == .kana { token.loose = Self.text(left) }
            if script == .hangul, dense.count == 2, DenseScript.particles.contains(right) {
                token.loose = Self.text(left)
            }
            found.append(token)
        }
        var known: Set<Unicode.Scalar> = []
        for scalar in dense where !DenseScript.isMark(scalar) && known.insert(scalar).inserted {
            beside.append(Self.text(scalar))
        }
    }

    private static func text(_ scalar: Unicode.Scalar) -> String { String(Character(scalar)) }
}
