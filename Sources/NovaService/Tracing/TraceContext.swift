/// Who caused a piece of work, as W3C Trace Context level 1 writes it in `traceparent`.
///
/// Nova exports no spans. It hands the context on, through HTTP, Kafka headers and logs, so that the callers' tracing
/// system can tie together what happened.
package struct TraceContext: Sendable, Equatable {
    private let high: UInt64
    private let low: UInt64
    private let span: UInt64
    /// Bit 0 says that the caller may have recorded the trace; the other bits have no meaning at level 1.
    package let flags: UInt8
    /// The vendors' own part of the context, handed on as it came.
    package var tracestate: TraceState?

    /// The trace's id, 32 lowercase hexadecimal digits.
    package var traceID: String { high.hexadecimal + low.hexadecimal }
    /// The id of the caller's, or after ``child()`` of our own, piece of the work: 16 lowercase hexadecimal digits.
    package var spanID: String { span.hexadecimal }
    /// The header, always written as version 00.
    package var traceparent: String { "00-\(traceID)-\(spanID)-\(flags.hexadecimal)" }

    /// Reads a `traceparent` header; nil for whatever the recommendation calls invalid.
    ///
    /// Refused: capital letters, version `ff`, ids of zeros only, a wrong length. A version above 00 may carry more
    /// behind another dash, which is not kept.
    package init?(traceparent: String) {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = UInt64(lowercaseHexadecimal: bytes[0..<2]), version != 0xff,
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let high = UInt64(lowercaseHexadecimal: bytes[3..<19]),
            let low = UInt64(lowercaseHexadecimal: bytes[19..<35]), high | low != 0,
            let span = UInt64(lowercaseHexadecimal: bytes[36..<52]), span != 0,
            let flags = UInt64(lowercaseHexadecimal: bytes[53..<55])
        else { return nil }
        // A later version may have given the other bits a meaning that we cannot honour.
        self.init(high: high, low: low, span: span, flags: UInt8(version == 0 ? flags : flags & 1))
    }

    private init(high: UInt64, low: UInt64, span: UInt64, flags: UInt8) {
        self.high = high
        self.low = low
        self.span = span
        self.flags = flags
    }

    /// A new trace with random ids, marked as sampled: Nova is where it begins.
    package static func make() -> TraceContext {
        TraceContext(high: .randomID(), low: .randomID(), span: .randomID(), flags: 1)
    }

    /// The same trace with a span id of its own, for the work that this process does on the caller's behalf.
    ///
    /// Keeps the sampled bit and the `tracestate`, and clears the bits that have no meaning at level 1.
    package func child() -> TraceContext {
        var child = TraceContext(high: high, low: low, span: .randomID(), flags: flags & 1)
        child.tracestate = tracestate
        return child
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// All digits, also leading zeros.
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
    }
}

extension UInt64 {
    /// Reads at most 16 digits; nil for any other character, capital letters among them.
    fileprivate init?(lowercaseHexadecimal digits: ArraySlice<UInt8>) {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        self = value
    }

    /// Never zero: zero is how the recommendation writes an invalid id.
    fileprivate static func randomID() -> UInt64 {
        .random(in: 1 ... .max)
    }
}
