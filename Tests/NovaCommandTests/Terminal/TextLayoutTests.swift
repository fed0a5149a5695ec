import Testing

@testable import NovaCommand

struct TextLayoutTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("名前", 4), ("한", 2), ("🚀", 2), ("👩‍💻", 2), ("❤️", 2),
        ("→", 1), ("█", 1), ("\u{200D}", 0),
    ])
    func `Columns are counted as a terminal fills them`(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(arguments: 0...8)
    func `A cut or filled text has the width that was asked for`(width: Int) {
        for text in ["", "abc", "abcdefghijk", "名前を付ける", "a👩‍💻b👩‍💻c👩‍💻"] {
            #expect(DisplayWidth.of(TextLayout.left(text, width)) == width, "\(text)")
            #expect(DisplayWidth.of(TextLayout.right(text, width)) == width, "\(text)")
            #expect(DisplayWidth.of(TextLayout.truncated(text, to: width)) <= width, "\(text)")
        }
    }

    @Test func `What was cut off is told`() {
        #expect(TextLayout.truncated("abcdef", to: 4) == "abc…")
        #expect(TextLayout.truncated("abcd", to: 4) == "abcd")
        #expect(TextLayout.truncated("名前だ", to: 4) == "名…")
    }

    @Test func `What could steer the terminal is replaced`() {
        let shown = TextLayout.printable("a\u{1B}[2Jb\u{202E}c\u{85}d\ne")
        #expect(shown == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}e")
        #expect(TextLayout.printable("👩‍💻") == "👩‍💻")
        #expect(TextLayout.printableLines("a\tb\nc") == "a\u{FFFD}b\nc")
    }

    @Test func `Texts are broken at blanks, and long words anywhere`() {
        #expect(TextLayout.wrapped("one two three", to: 7) == ["one two", "three"])
        #expect(TextLayout.wrapped("abcdefghij kl", to: 4) == ["abcd", "efgh", "ij", "kl"])
        #expect(TextLayout.wrapped("", to: 4).isEmpty)
        #expect(TextLayout.wrapped("名前 名前", to: 5) == ["名前", "名前"])
    }

    @Test func `Columns of a table line up`() {
        var table = TextTable("ID", "NAME")
        table.add("1", "a")
        table.add("名前", "b")
        #expect(table.lines == ["ID    NAME", "1     a", "名前  b"])
    }
}
