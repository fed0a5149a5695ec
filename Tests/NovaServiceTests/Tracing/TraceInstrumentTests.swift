import Instrumentation
import Logging
import NovaService
import Testing

@Suite struct TraceInstrumentTests {
    private struct Fields: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    private static let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func extracted(_ carrier: [String: String]) -> ServiceContext {
        var context = ServiceContext.topLevel
        TraceInstrument().extract(carrier, into: &context, using: Fields())
        return context
    }

    @Test func whatIsExtractedIsInjectedAgain() {
        let carrier = ["traceparent": Self.header, "tracestate": "a=1,b=2"]
        var out: [String: String] = ["other": "kept"]
        TraceInstrument().inject(extracted(carrier), into: &out, using: Fields())
        #expect(out == ["traceparent": Self.header, "tracestate": "a=1,b=2", "other": "kept"])
    }

    @Test func aBadTracestateIsDroppedAndTheTraceKept() {
        let context = extracted(["traceparent": Self.header, "tracestate": "BAD"])
        #expect(context.traceContext?.traceparent == Self.header)
        #expect(context.traceContext?.tracestate == nil)
    }

    @Test func withoutAValidTraceparentNothingChanges() {
        #expect(extracted(["tracestate": "a=1"]).traceContext == nil)
        #expect(extracted(["traceparent": "nonsense", "tracestate": "a=1"]).traceContext == nil)
        var out: [String: String] = [:]
        TraceInstrument().inject(.topLevel, into: &out, using: Fields())
        #expect(out.isEmpty)
    }

    @Test func logsGetTheTraceOfTheTask() {
        #expect(Logger.MetadataProvider.trace.get() == [:])
        ServiceContext.withValue(extracted(["traceparent": Self.header])) {
            #expect(
                Logger.MetadataProvider.trace.get() == [
                    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7",
                ]
            )
        }
    }
}
