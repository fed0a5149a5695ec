import NovaService
import Testing

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"
    private static let valid = "00-\(trace)-\(span)-01"

    @Test func aValidHeaderIsReadAndWrittenBack() throws {
        let context = try #require(TraceContext(traceparent: Self.valid))
        #expect(context.traceID == Self.trace)
        #expect(context.spanID == Self.span)
        #expect(context.flags == 1)
        #expect(context.traceparent == Self.valid)
    }

    @Test(arguments: [
        "00-00000000000000000000000000000001-0000000000000001-00", "00-\(trace)-\(span)-ff",
        "cc-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-the-future-brings", "01-\(trace)-\(span)-00-",
    ])
    func accepted(header: String) throws {
        let context = try #require(TraceContext(traceparent: header))
        #expect(context.traceparent.hasPrefix("00-"))
        #expect(context.traceparent.utf8.count == 55)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-0", "00-\(trace)-\(span)-1",
        "00-\(trace)-\(span)-011", "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more",
        "ff-\(trace)-\(span)-01", "ff-\(trace)-\(span)-01-more", "cc-\(trace)-\(span)-01.more", "0-\(trace)-\(span)-01",
        "000-\(trace)-\(span)-01", "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-\(span)-01", "00-\(trace)-00F067AA0BA902B7-01", "00-\(trace)-\(span)-0A",
        "0G-\(trace)-\(span)-01", "00-\(trace)-\(span)-0g", "00-4bf92f3577b34da6a3ce929d0e0e473-\(span)-01",
        "00-4bf92f3577b34da6a3ce929d0e0e47361-\(span)-01", "00_\(trace)_\(span)_01", " 00-\(trace)-\(span)-01",
        "00-\(trace)-\(span)-01 ", "00-\(trace)-\(span)-01,00-\(trace)-\(span)-01",
        "00-+bf92f3577b34da6a3ce929d0e0e4736-\(span)-01", "00-éf92f3577b34da6a3ce929d0e0e473-\(span)-01",
    ])
    func refused(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func laterVersionsKeepOnlyTheSampledBit() throws {
        #expect(try #require(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-ff")).flags == 1)
        #expect(try #require(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-fe")).flags == 0)
    }

    @Test func aChildHasTheSameTraceAndASpanOfItsOwn() throws {
        var parent = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-03"))
        parent.tracestate = TraceState("a=1")
        let child = parent.child()
        #expect(child.traceID == Self.trace)
        #expect(child.spanID != Self.span)
        #expect(child.flags == 1)
        #expect(child.tracestate == parent.tracestate)
        #expect(TraceContext(traceparent: child.traceparent)?.spanID == child.spanID)
    }

    @Test func madeContextsAreValidAndDiffer() {
        let made = (0..<1_000).map { _ in TraceContext.make() }
        #expect(Set(made.map(\.traceID)).count == 1_000)
        #expect(made.allSatisfy { TraceContext(traceparent: $0.traceparent) == $0 && $0.flags == 1 })
    }
}
