/// Keeps what a model thinks aloud, `<think>…</think>`, apart from what it answers, while both come in pieces.
///
/// A tag opens a thought before anything is said; later it is what is spoken of. Some chat templates say the first tag in the
/// question: then `</think>` alone, outside of code, quotation marks and JSON, ends a thought that was taken for an answer
/// (`restarts`). A thought that is not closed lasts to the end.
struct ThoughtFilter {
    private static let openings = [Array("<think>".utf8), Array("<thinking>".utf8)]
    private static let closings = [Array("</think>".utf8), Array("</thinking>".utf8)]

    private(set) var thought = ""
    /// Raised when all that was let through so far turned out to be a thought.
    private(set) var restarts = 0
    /// What has come and may be the beginning of a tag.
    private var held: [UInt8] = []
    /// The tag that ends the present thought, by its place in `closings`.
    private var closing: Int?
    private var hasThought = false
    /// Blanks before anything is said, which are none of the answer's where a thought follows.
    private var blanks: [UInt8] = []
    /// What was let through since the beginning, until a tag decides whose it is; not kept once there was a thought.
    private var said: [UInt8] = []
    private var hasSpoken = false
    /// A first tag was spoken of: a second one is that of the same sentence.
    private var hasNamedTag = false
    private var isStructured = false
    private var last: UInt8 = 0
    /// Of the run of backticks that is going on.
    private var ticks = 0
    private var isFenced = false
    private var isInline = false

    /// Returns what is said aloud of it.
    mutating func take(_ piece: String) -> String {
        let bytes = held + piece.utf8
        held = []
        return String(decoding: filter(bytes, isEnd: false), as: UTF8.self)
    }

    /// Nothing follows; returns what was held back.
    mutating func end() -> String {
        let bytes = held
        held = []
        var aloud = filter(bytes, isEnd: true)
        if !hasThought { aloud = blanks + aloud }
        return String(decoding: aloud, as: UTF8.self)
    }

    private mutating func filter(_ bytes: [UInt8], isEnd: Bool) -> [UInt8] {
        var aloud: [UInt8] = []
        var silent: [UInt8] = []
        var position = 0
        scan: while position < bytes.count {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "<") else {
                if closing == nil { speak(byte, &aloud) } else { silent.append(byte) }
                position += 1
                continue
            }
            switch Self.tag(in: bytes[position...]) {
            case .unfinished where !isEnd:
                held = Array(bytes[position...])
                break scan
            case .opening(let tag) where closing == nil && !hasSpoken:
                closing = tag
                (hasThought, blanks, said) = (true, [], [])
                position += Self.openings[tag].count
            case .closing(let tag) where closing == tag:
                closing = nil
                silent.append(UInt8(ascii: "\n"))
                position += Self.closings[tag].count
            case .closing(let tag) where closing == nil && !hasThought && !hasNamedTag && mayBegin:
                silent += said
                (aloud, said, blanks) = ([], [], [])
                (hasThought, hasSpoken, restarts) = (true, false, restarts + 1)
                position += Self.closings[tag].count
            case let tag:
                if case .opening = tag, closing == nil, mayBegin { hasNamedTag = true }
                if closing == nil { speak(byte, &aloud) } else { silent.append(byte) }
                position += 1
            }
        }
        thought += String(decoding: silent, as: UTF8.self)
        return aloud
    }

    private mutating func speak(_ byte: UInt8, _ aloud: inout [UInt8]) {
        if !hasSpoken {
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                // After a thought they are its end.
                if !hasThought { blanks.append(byte) }
                return
            }
            isStructured = [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains(byte)
            hasSpoken = true
            aloud += blanks
            if !hasThought { said += blanks }
            blanks = []
        }
        aloud.append(byte)
        if !hasThought { said.append(byte) }
        note(byte)
        last = byte
    }

    /// Code is between backticks: a line's own in one or two, a block in three.
    private mutating func note(_ byte: UInt8) {
        if byte == UInt8(ascii: "`") {
            ticks += 1
            if ticks == 1 { isInline.toggle() }
            if ticks == 3 {
                isInline.toggle()
                isFenced.toggle()
            }
            return
        }
        ticks = 0
        if byte == 0x0A { isInline = false }
    }

    /// Whether a tag here is not what is spoken of.
    private var mayBegin: Bool {
        guard hasSpoken else { return true }
        return !isStructured && !isFenced && !isInline && ![UInt8(ascii: "\""), UInt8(ascii: "'")].contains(last)
    }

    /// A tag, by its place in `openings` or `closings`.
    private enum Tag {
        case opening(Int)
        case closing(Int)
        /// More bytes may make it one.
        case unfinished
        case none
    }

    private static func tag(in bytes: ArraySlice<UInt8>) -> Tag {
        if let index = openings.firstIndex(where: bytes.starts) { return .opening(index) }
        if let index = closings.firstIndex(where: bytes.starts) { return .closing(index) }
        let isBeginning = (openings + closings).contains { $0.count > bytes.count && $0.starts(with: bytes) }
        return isBeginning ? .unfinished : .none
    }
}
