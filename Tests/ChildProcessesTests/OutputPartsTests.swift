import Testing

@testable import ChildProcesses

@Suite("lines and their history")
struct OutputPartsTests {
    @Test("lines across pieces, with either line end")
    func split() {
        var splitter = LineSplitter()
        #expect(splitter.append("one\ntw".utf8) == ["one"])
        #expect(splitter.append("o\r\n\nthree".utf8) == ["two", ""])
        #expect(splitter.finish() == "three")
        #expect(splitter.finish() == nil)
    }

    @Test("a long line comes in pieces")
    func longLine() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.append("abcdefghij\n".utf8) == ["abcd", "efgh", "ij"])
    }

    @Test("the history is bounded and its marks stay right")
    func history() async throws {
        let log = OutputLog { _ in }
        for number in 0..<1_000 { log.append(ChildOutput(stream: .standardOutput, line: String(number))) }
        let mark = log.mark
        #expect(log.last(2) == ["998", "999"])
        #expect(log.last(10_000).count < 400)
        log.append(ChildOutput(stream: .standardOutput, line: "next"))
        log.end()
        #expect(try await log.line(after: mark) { _ in true } == "next")
        #expect(try await log.line(after: mark) { $0 == "999" } == nil)
    }
}
