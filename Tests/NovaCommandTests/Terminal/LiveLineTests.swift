import Testing

@testable import NovaCommand

struct LiveLineTests {
    @Test func `A terminal shows one line that is written again`() {
        let capture = Capture()
        let live = LiveLine(capture.console(isTerminal: true, width: 40))
        live.show("one")
        live.show("one")
        live.show("two " + String(repeating: "x", count: 60))
        live.above("log line")
        live.clear()
        live.clear()
        let erase = "\r\u{1B}[K"
        let long = "  two " + String(repeating: "x", count: 32) + "…"
        #expect(capture.output == "\(erase)  one\(erase)\(long)\(erase)log line\n\(long)\(erase)")
    }

    @Test func `Elsewhere, milestones are lines of their own`() {
        let capture = Capture()
        let live = LiveLine(capture.console())
        live.show("one", isMilestone: true)
        live.show("two")
        live.above("log line")
        live.clear()
        #expect(capture.output == "  one\nlog line\n")
    }
}
