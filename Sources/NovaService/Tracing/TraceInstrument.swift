package import Instrumentation
package import Logging

extension ServiceContext {
    private enum TraceContextKey: ServiceContextKey {
        typealias Value = TraceContext
        static let nameOverride: String? = "traceparent"
    }

    /// The trace that the present work belongs to.
    package var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}

/// Carries the trace context over a process's border in `traceparent` and `tracestate`.
///
/// `extract` leaves the context as it was when there is no valid `traceparent`; it then is for the caller to begin a
/// trace with ``TraceContext/make()``. What is extracted is the caller's span: take a ``TraceContext/child()`` of it
/// for work of one's own.
package struct TraceInstrument: Instrument {
    package init() {}

    package func extract<Carrier, Extract>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract: Extractor, Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier),
            var trace = TraceContext(traceparent: text)
        else { return }
        trace.tracestate = extractor.extract(key: "tracestate", from: carrier).flatMap(TraceState.init)
        context.traceContext = trace
    }

    package func inject<Carrier, Inject>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject: Injector, Inject.Carrier == Carrier {
        guard let trace = context.traceContext else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        if let state = trace.tracestate {
            injector.inject(state.text, forKey: "tracestate", into: &carrier)
        }
    }
}

extension Logger.MetadataProvider {
    /// Adds `trace_id` and `span_id` of the task's service context to each line.
    package static let trace = Logger.MetadataProvider {
        guard let trace = ServiceContext.current?.traceContext else { return [:] }
        return ["trace_id": .string(trace.traceID), "span_id": .string(trace.spanID)]
    }
}
